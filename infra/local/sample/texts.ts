/** Free text in the style of a village officer, a doctor or a teacher. */

import { addDays } from './birth.ts';
import type { Child } from './child.ts';

const MOODS = [
  '情绪稳定，愿意与人交流',
  '话少，熟悉后能回答问题',
  '性格开朗，喜欢画画',
  '有些内向，成绩中等',
];
const HOMES = ['家中整洁', '住房需要修缮', '家中用品齐全', '屋顶有漏雨，已登记维修'];
const NEEDS = ['希望得到学习用品', '冬衣已发放', '建议继续关注', '已联系学校安排课后辅导', '需按时复诊'];

/** A visit within the last quarter. */
export function visitNotes({ random, story }: Child, today: string): string {
  const day = addDays(today, -random.whole(3, 90));
  const who = story.guardian === 'state' ? '在院' : '在家';
  return `${day} 走访：儿童${who}，${random.pick(MOODS)}；${random.pick(HOMES)}；${random.pick(NEEDS)}。`;
}

/** Catalogue code of an illness and the hospital's summary of it. */
export const ILLNESSES = [
  { code: 'C91', summary: '急性淋巴细胞白血病，规律化疗中，血象稳定，定期复查。' },
  { code: 'Q21', summary: '先天性心脏病（室间隔缺损），术后随访，活动耐量可。' },
  { code: 'D66', summary: '血友病A，按需替代治疗，避免磕碰。' },
  { code: 'G40', summary: '癫痫，口服药物控制，近半年无发作。' },
  { code: 'N18', summary: '慢性肾病，门诊随访，低盐饮食。' },
] as const;

export const ASSESSMENTS = [
  '建议随班就读，配备资源教师。',
  '建议特殊教育学校就读，每学期复评。',
  '建议送教上门，每月不少于四次。',
] as const;
