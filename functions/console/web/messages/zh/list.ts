import type { list as english } from '../en/list.ts';

export const list = {
  next: '下一条',
  previous: '上一条',
  width: '窗格宽度：用左右方向键调整',
  page: '下一页',
  pageBefore: '上一页',
  first: '到开头',
  last: '到末尾',
  open: '打开',
  at: (n, all) => `第${n}行，共${all}行`,
  section: '下一节',
  sectionBefore: '上一节',
  asTable: '以表格显示',
  asChart: '以图显示',
} satisfies typeof english;
