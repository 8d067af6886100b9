import type { maintenance as English } from '../maintenance.ts';
import type { Like } from '../texts.ts';

export const maintenance: Like<typeof English> = {
  mergeWaits: '该档案并入另一档案的申请正在等待。',
  sameRecord: '两个编号指向同一档案。',
  noEqualNumber: '两份档案没有相同的证件号码，两个单位也并非各自负责其中的号码。',
  erasedMeanwhile: '该档案此间已删除或者合并。',
  mergeUnfinished: '该档案的另一次合并尚未完成。',
  survivorGone: '保留的档案已删除或者正被合并。',
  subjectsContended: '这些档案正被反复变更，请重试。',
  noMerge: '该档案没有可以撤销的合并。',
  beingMerged: '该档案正被合并。',
  doubleErased: '重复的档案已删除。',
  recordsContended: '这些档案正被反复变更，请重试。',
  mergingIntoAnother: '该档案正并入另一档案，请稍后重试。',
  subjectContended: '该档案正被反复变更，请重试。',
  indexRebuilt: '日志索引正在重建，请稍后重试。',
  noActWaits: '该档案没有等待中的此类事项。',
  actBegun: '该事项已开始执行。',
  actStopped: '该事项此间已停止。',
};
