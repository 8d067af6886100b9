/** A public text is compared with the records of the child that it is about. */
import { describe, expect, test } from 'vitest';
import { identifies } from '../../shared/policy/check/identifies.ts';
import { namesAKind } from '../../shared/policy/check/labels.ts';
import type { Json } from '../../shared/policy/types.ts';
import { children } from './support.ts';

const RECORD: Record<string, Json> = {
  name: '欧阳娜娜',
  id_number: '99000120130506001X',
  birth_date: '2013-05-06',
  residence_address: { text: '贵州省某市青山县柳树镇幸福村12号', division: '990001001' },
  school_name: { school: '青山县第一小学', class: '五年级二班' },
  guardian_phone: '13900000001',
  parent_identity: [{ name: '王大山', phone: '13912345678' }],
  health_status: 'ill',
  hardship_category: ['orphan'],
  disability_category: '1',
  household_profile: { members: 3, monthlyIncome: 900 },
  placement_site: { institution: '阳光福利院', secret: true },
  visit_notes: `孩子在家里很听话，每天早上自己起床做饭，然后走路去学校上课，放学以后还要照顾弟弟和妹妹，邻居们都说她是一个懂事的好孩子。`,
};
const found = (text: string) =>
  identifies(children, text, new Map(Object.entries(RECORD).map(([field, value]) => [field, [value]])));

describe('a text is refused if it contains', () => {
  test.each<[string, string, string]>([
    ['the name', '欧阳娜娜每天走很远的路。', 'name'],
    ['the name, spaced out', '欧 阳·娜 娜每天走很远的路。', 'name'],
    ['the given name', '娜娜每天走很远的路。', 'name'],
    ['a nickname', '小娜每天走很远的路。', 'name'],
    ['another nickname', '大家都叫她阿娜。', 'name'],
    ["a parent's nickname", '山山是她的父亲。', 'parent_identity'],
    ['a nickname in pinyin', 'her friends say Xiao Na', 'name'],
    ["a parent's name", '她的父亲王大山外出打工。', 'parent_identity'],
    ['the ID number', '号码是990001201305 06001x。', 'id_number'],
    ['most of the ID number', '号码 90001201305 06001 的孩子', 'id_number'],
    ['the name in pinyin', 'Ou Yang Na Na 每天走很远的路。', 'name'],
    ['the name in pinyin with tones', 'ōuyáng nànà', 'name'],
    ["a parent's name in pinyin", 'her father, WANG DASHAN', 'parent_identity'],
    ['the date of birth', '她出生于2013年5月6日。', 'birth_date'],
    ['the surname alone', '她姓欧阳。', 'name'],
    ['the surname of a pupil', '欧阳同学爱画画。', 'name'],
    ['the surname and a word for the rest', '欧阳某每天走很远的路。', 'name'],
    ['initials', 'O.N.N. walks far.', 'name'],
    ['initials of each character', '化名OYNN的孩子', 'name'],
    ['initials, the surname last', 'N. N. O. reads well', 'name'],
    ['initials with spaces', 'O N N walks far.', 'name'],
    ['the house of the surname', '欧阳家的老二爱读书。', 'name'],
    ['a mask', '欧*娜每天走很远的路。', 'name'],
    ['a wide mask', '欧阳＊＊每天走很远的路。', 'name'],
    ['a mask of circles', '欧○○爱读书。', 'name'],
    ['a mask before the last', '**娜爱读书。', 'name'],
    ['the date of birth, with slashes', '2013/5/6 出生', 'birth_date'],
    ['the date of birth in numerals', '她生于二〇一三年五月六日', 'birth_date'],
    ['a phone in numerals', '电话一三九零零零零零零零一', 'guardian_phone'],
    ['a letter for the given name', '欧阳XX同学', 'name'],
    ['a mask of a sign for anything', '欧阳■■爱读书', 'name'],
    ['a word for an elder brother', '大家叫他娜哥', 'name'],
    ["a parent's child", '王家小子爱踢球', 'parent_identity'],
    ['a parent who does something', '老王在外地', 'parent_identity'],
    ['a surname and an initial', 'her father, Wang D., is away', 'parent_identity'],
    ['a mask with spaces', '欧 X 娜', 'name'],
    ['the small friend', '欧阳小朋友爱读书', 'name'],
    ["a parent's house", '老王家的闺女', 'parent_identity'],
    ['the birthday', '5月6日是她的生日。', 'birth_date'],
    ['the village', '她住在柳树镇幸福村。', 'residence_address'],
    ['the school', '她在第一小学读书。', 'school_name'],
    ['the class', '五年级二班的同学都喜欢她。', 'school_name'],
    ['the phone', '电话 139-0000-0001', 'guardian_phone'],
    ['the institution', '阳光福利院的老师', 'placement_site'],
    ['full width digits', '电话１３９１２３４５６７８', 'parent_identity'],
    ['a sentence of a note', '她每天早上自己起床做饭，然后走路去学校上课。', 'visit_notes'],
  ])('%s', (_, text, field) => {
    expect(found(text)).toContain(field);
  });
});

test('no text reads a value off by pieces', () => {
  const number = String(RECORD['id_number']);
  for (let at = 0; at + 6 <= number.length; at++)
    expect(found(`code ${number.slice(at, at + 6)}`)).toEqual([]);
});

describe('a text names a category of the person', () => {
  test.each([
    '这名孤儿每天走很远的路。',
    '父亲正在服刑，母亲失联。',
    '孩子感染艾滋病。',
    '肢体残疾的孩子爱画画。',
    '孩子是白血病患者。',
    'her father is in prison',
    'an orphan who reads',
    'ＨＩＶ',
    'HIV阳性的孩子',
    'AIDS患者',
    '她是个孤女。',
    '她住在福利院。',
    '天天吃抗病毒药',
    '被继父打过',
    '爸爸经常打骂他',
    '他挨打以后不说话',
    '父母双亡，跟奶奶过',
    '曾被收养',
    '血液检测阳性',
    '他是感染者的孩子',
    '家暴之后',
    'two orphans from the village',
    '没爹没妈的娃',
    '她是被遗弃的女孩',
    '脑瘫的儿子',
    '患自闭症',
    '母亲改嫁了',
    '寄养在别人家',
    '红丝带学校',
    '爱滋遗孤',
    '村里的留守儿童',
    'a boy in foster care',
    'she lives on welfare',
    '她的爸爸还在牢里。',
    '父亲被判了刑',
    '父亲刑满释放',
    '双亲都不在了',
    '孩子患有尿毒症',
    '先天性心脏病的男孩',
    '聋哑女孩爱画画',
    '父亲染上毒瘾',
    '被拐卖多年后回家',
    '殘疾的孩子',
    '監獄裡的父親',
    '他叫自己孤单的孤儿',
    'H I V 携带者',
    'born with H.I.V.',
    'a H.I.V. carrier',
    'Plan B H I V',
    'It was H I V. I know.',
    'a H. I. V. carrier',
    'a H-I-V test',
    '一个H.I.V.携带者',
    '检测结果HBV阳性',
    '他每天要打胰岛素',
    '他少了一条腿',
    '两岁时被送养',
  ])('%s', (text) => {
    expect(namesAKind(children, text)).toBe(true);
    // Whatever the record holds: the answer asks nothing of it.
  });
  test.each([
    '老师说她爱读书，将来想当医生。',
    '祝孩子健康成长。',
    '妈妈打电话回来，他很高兴。',
    '爸爸打工回来了。',
    '他被老师的话打动了。',
    '太阳，性格开朗的孩子。',
    '班里收养了一只小狗。',
    '老师培养子女般地教他。',
    '学校的福利很好。',
    '小狗寄养了两天',
    '他抑制不住高兴',
    '红丝带系在树上',
    '他孤单的时候就画画。',
    '继父送他上学。',
    'APP里的故事他都读过。',
    'WHO建议多运动',
    '他会读ABC了。',
    '他是个阳光的孩子。',
    '牢记老师的话，好好读书。',
    '电脑中了病毒，老师修好了。',
    '他的毛病是爱迟到。',
    'A B C 三个选项他都会',
    'A H.I.T. for the school band',
    'C.H.I.V.A. is a club',
    'He spells C H I V A S and G R A P E.',
    'Plan B I T',
    'Options A B C D',
    '他只有双手空空的时候才去玩',
    '结果出来，他很高兴',
    '断了线的风筝',
    '弟弟生病了，他去买药。',
    '刑警叔叔来学校讲课。',
    '冬天的残雪还没有化。',
    '他和伙伴共患难。',
    'Aided by his teacher, he reads.',
    'She walks far to school and reads well.',
  ])('not %s', (text) => {
    expect(namesAKind(children, text)).toBe(false);
  });
});

test('surnames are found by each of their readings', () => {
  const names = { name: ['曾静', '单雄信', '吕布'] };
  const hit = (text: string) => identifies(children, text, new Map(Object.entries(names))).includes('name');
  expect(['zeng jing', 'cengjing', 'Shan Xiongxin', 'lv bu', 'lübu'].map(hit)).toEqual(Array(5).fill(true));
  expect(['jingle bells', 'a banana'].map(hit)).toEqual([false, false]);
});

test('a text without any of these passes', () => {
  expect(found('贵州省的一个孩子，每天走很远的路去上学。老师说她爱读书，将来想当医生。')).toEqual([]);
  expect(found('ill 1 3 900 true')).toEqual([]);
  expect(found('')).toEqual([]);
  for (const text of [
    'ABC和DNA都学过',
    '太阳出来了',
    '在某个清晨',
    '**重要**的一天',
    'a.m. 和 p.m.',
    '亚欧大陆',
    '山上开满了花',
    '他的姓名不公开',
    'Wang is a common name, A is a letter',
    '*★* 重要',
  ])
    expect(found(text)).toEqual([]);
  const called = (name: string, text: string) => identifies(children, text, new Map([['name', [name]]]));
  // One character of the name makes a word that many texts have.
  for (const text of ['小同学们好', '小弟弟爱笑', '大哥哥送他上学'])
    expect(called('白小大', text)).toEqual([]);
  expect(called('白小雪', '雪姐爱笑')).toEqual(['name']);
});
