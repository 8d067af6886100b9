import { describe, expect, test } from 'vitest';
import { present } from '../../shared/policy/present/present.ts';
import type { Ask, Caller, Json } from '../../shared/policy/types.ts';
import { askFor, callerFor, children, NOW, noon } from './support.ts';

interface Change {
  caller?: Partial<Caller>;
  ask?: Partial<Ask>;
  now?: number;
  token?: string;
}

/** The field as the purpose gets it from these stored values. */
function show(purpose: string, field: string, values: Record<string, Json>, change: Change = {}) {
  const cell = children.purposes.get(purpose)?.cells.get(field);
  if (!cell) throw new Error('no cell');
  return present(
    children,
    field,
    { cell, disputed: false },
    {
      now: change.now ?? NOW,
      caller: callerFor(children, purpose, change.caller),
      ask: askFor(children, purpose, change.ask),
      values: new Map(Object.entries(values)),
      token: change.token ?? 'token-of-the-subject',
    },
  );
}
const value = (...args: Parameters<typeof show>) => show(...args)?.value;

const ID = '99000120130506001X';

describe('names', () => {
  test.each([
    ['张三', '张**'],
    ['张三丰', '张**'],
    ['欧阳娜娜', '欧阳**'],
    ['歐陽娜娜', '歐陽**'],
    ['欧阳', '欧**'],
    ['买买提·艾力', '***'],
    ['买买提•艾力', '***'],
    ['张', '***'],
    ['买买提艾力', '***'],
    ['欧阳娜娜娜', '***'],
    ['单于昭', '单于**'],
    ['𠮷田', '𠮷**'],
    ['Li Wei', '***'],
    [' 张三 ', '张**'],
  ])('%s → %s', (name, masked) =>
    expect(show('F1', 'name', { name })).toEqual({ form: 'masked', value: masked }),
  );
});

describe('numbers', () => {
  test('an ID number keeps only the province, whatever its length and case', () => {
    for (const id_number of [ID, ID.toLowerCase(), '990001130506001']) {
      expect(value('W3', 'id_number', { id_number })).toBe('99****************');
    }
  });
  test('members of a person are masked one by one, others are dropped', () => {
    const parents = [{ name: '王大力', id_number: ID, phone: '13800000001', note: 'x' }, { name: '赵' }];
    expect(value('W3', 'parent_identity', { parent_identity: parents })).toEqual([
      { name: '王**', id_number: '99****************', phone: '*******0001' },
      { name: '***' },
    ]);
    expect(
      value('S1', 'guardian_identity', { guardian_identity: { name: '王大力', organisation: '福利院' } }),
    ).toEqual({ name: '王**' });
  });
  test('phones and accounts keep four digits', () => {
    expect(value('W2', 'guardian_phone', { guardian_phone: '13812341234' })).toBe('*******1234');
    expect(
      value('X1', 'bank_account', { bank_account: { number: '6222020000000000001', payee: '王大力' } }),
    ).toEqual({ number: '************0001' });
  });
  test('a document is stars, whether it is a paper or a file', () => {
    for (const held of ['paper 12', { file: 'A'.repeat(22), bytes: 9 }])
      expect(value('X1', 'id_scan', { id_scan: held })).toBe('******');
  });
  test('a number that embeds the ID number shows a display number, the same for one recipient, of no digit of its own', () => {
    const first = value('W4', 'student_no', { student_no: `G${ID}` });
    expect(first).toMatch(/^\*{18}\d\d$/);
    expect(value('W4', 'student_no', { student_no: 'L123456789012345678' })).toBe(first);
    const others = new Set(
      Array.from({ length: 40 }, (_, i) =>
        value('W4', 'student_no', { student_no: `G${ID}` }, { token: `t${i}` }),
      ),
    );
    expect(others.size).toBeGreaterThan(10);
  });
  test('it is not released plain if the ID number is not, except to the department that owns it', () => {
    const values = { disability_cert_no: `${ID}42`, id_number: ID };
    const provider = { roles: ['rehabilitation-provider'], departments: [] };
    expect(JSON.stringify(show('D1', 'disability_cert_no', values, { caller: provider }))).not.toMatch(
      /\d{3}/,
    );
    expect(show('D1', 'disability_cert_no', values, { caller: provider })?.form).toBe('masked');
    expect(show('D1', 'disability_cert_no', values)).toEqual({ form: 'plain', value: `${ID}42` });
    expect(show('W1', 'disability_cert_no', values)?.form).toBe('plain');
  });
  test('no masked value follows from another field of the same answer', () => {
    for (const [code, { cells }] of children.purposes) {
      for (const [field, cell] of cells) {
        const embeds = children.fields.get(field)?.embeds;
        if (!embeds || cell.form !== 'plain' || cells.get(embeds)?.form === 'plain') continue;
        const stranger = { caller: { departments: ['WOMEN'] } };
        expect(show(code, field, { [field]: `G${ID}` }, stranger)?.form, `${code} ${field}`).toBe('masked');
      }
    }
  });
});

describe('ages', () => {
  test.each([
    ['2013-05-06', '2025-11-25', '12-13'],
    ['2011-10-01', '2025-11-25', '12-13'],
    ['2025-10-01', '2025-11-25', '0-2'],
    ['2018-08-31', '2025-11-25', '6-7'],
    ['2007-09-02', '2025-11-25', '16-17'],
    ['2007-09-01', '2025-11-25', '18+'],
  ])('born %s, on %s: %s, and the band moves with the school year alone', (birth_date, on, band) => {
    expect(show('F1', 'birth_date', { birth_date }, { now: noon(on) })).toEqual({
      form: 'generalised',
      level: 'age-band',
      way: { en: 'Age band', zh: '年龄段' },
      value: band,
    });
  });
  test('full years at the time of the request', () => {
    expect(value('W3', 'birth_date', { birth_date: '2013-03-11' })).toBe(12);
    expect(value('W3', 'birth_date', { birth_date: { date: '2013-03-10', estimated: true } })).toBe(13);
  });
  test('a yes or no', () => {
    expect(show('C1', 'birth_date', { birth_date: '2013-03-11' })).toEqual({
      form: 'predicate',
      predicate: 'age_under_18',
      way: { en: 'Is under 18', zh: '未满十八周岁' },
      value: 'YES',
    });
    expect(value('C1', 'birth_date', { birth_date: '2008-03-10' })).toBe('NOT_CONFIRMED');
    expect(value('C1', 'birth_date', {})).toBe('NOT_CONFIRMED');
  });
});

describe('coarser words', () => {
  const address = { text: '某市某县某镇某村1号', division: '990001001002' };
  test.each<[string, string, Record<string, Json>, Json | undefined]>([
    ['J2', 'residence_address', { residence_address: address }, '990001'],
    ['F1', 'residence_address', { residence_address: address }, '990001001'],
    ['J2', 'residence_address', { residence_address: '某市某县某镇某村1号' }, undefined],
    ['M1', 'division_code', { division_code: '990001001' }, '99'],
    ['F1', 'division_code', { division_code: '990001' }, undefined],
    ['W3', 'parent_status', { parent_status: { father: 'normal', mother: 'dead' } }, 'partly'],
    ['W3', 'parent_status', { parent_status: { father: 'deported', mother: 'dead' } }, 'no'],
    ['W3', 'household_profile', { household_profile: { members: 3, monthlyIncome: 2400 } }, 'below'],
    ['W3', 'household_profile', { household_profile: { members: 2, monthlyIncome: 2400 } }, 'above'],
    ['W1', 'school_name', { schooling_status: 'junior' }, 'compulsory'],
    [
      'J1',
      'hardship_category',
      { hardship_category: ['temporary', 'orphan', 'unheard-of'] },
      ['guardianship', 'poverty'],
    ],
    ['D1', 'illness', { illness: { code: 'C91.0' } }, 'C'],
    ['W3', 'disability_level', { disability_level: '2' }, 'severe'],
    ['W1', 'visit_notes', { visit_notes: '老张家二小子' }, 'on-file'],
    ['W1', 'visit_notes', {}, undefined],
  ])('%s %s', (purpose, field, values, expected) => expect(value(purpose, field, values)).toEqual(expected));
});

describe('questions', () => {
  test('an address is in the area of the caller', () => {
    const hukou_address = { text: '某县', division: '990001001002' };
    expect(show('S1', 'hukou_address', { hukou_address })).toEqual({
      form: 'predicate',
      predicate: 'lives_in_programme_area',
      way: { en: "Lives in the programme's area", zh: '居住在项目地区' },
      value: 'YES',
    });
    expect(value('S1', 'hukou_address', { hukou_address }, { caller: { areas: ['990002'] } })).toBe(
      'NOT_CONFIRMED',
    );
    expect(value('S1', 'hukou_address', { hukou_address: '某县' })).toBe('NOT_CONFIRMED');
  });
  test('an ID number is compared, never shown', () => {
    const values = { id_number: ID, name: '张三' };
    const same = (compare?: Record<string, Json>) =>
      value('S1', 'id_number', values, compare ? { ask: { compare } } : {});
    expect(same({ id_number: ` ${ID.toLowerCase()} ` })).toBe('YES');
    expect(same({ id_number: ID, name: '张 三' })).toBe('YES');
    expect(same({ name: '张三' })).toBe('YES');
    expect(same({ id_number: ID, name: '李四' })).toBe('NOT_CONFIRMED');
    expect(same({ id_number: '990001201305060028' })).toBe('NOT_CONFIRMED');
    expect(same()).toBe('NOT_CONFIRMED');
    expect(value('S1', 'id_number', {}, { ask: { compare: { id_number: ID } } })).toBe('NOT_CONFIRMED');
    expect(same(JSON.parse('{"__proto__":{"id_number":"x"}}'))).toBe('NOT_CONFIRMED');
  });
  test('severe disability by level, or by category', () => {
    const severe = (disability_level: string, disability_category: string) =>
      value('C1', 'disability_level', { disability_level, disability_category });
    expect(severe('2', '1')).toBe('YES');
    expect(severe('4', '6')).toBe('YES');
    expect(severe('3', '1')).toBe('NOT_CONFIRMED');
  });
  test('neither parent can care', () => {
    expect(
      value('S1', 'parent_status', { parent_status: { father: 'dead', mother: 'out-of-contact' } }),
    ).toBe('YES');
    expect(value('S1', 'parent_status', { parent_status: { father: 'dead' } })).toBe('NOT_CONFIRMED');
    expect(value('S1', 'parent_status', { parent_status: { father: 'dead', mother: 'unknown' } })).toBe(
      'NOT_CONFIRMED',
    );
  });
});

test('the token represents the record', () => {
  expect(show('S1', 'record_token', {})).toEqual({ form: 'token', value: 'token-of-the-subject' });
});

test('statistics cells never show a value', () => {
  for (const [field] of children.purposes.get('A1')?.cells ?? [])
    expect(show('A1', field, { [field]: 'x' }), field).toBeUndefined();
});
