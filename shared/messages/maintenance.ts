import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** Texts about erasing, merging and jobs. */
export const maintenance = {
  mergeWaits: 'A merge of this subject into another waits.',
  sameRecord: 'Both references lead to the same subject.',
  noEqualNumber: 'The records hold no equal number, and not both offices own a number of them.',
  erasedMeanwhile: 'The subject was erased or merged meanwhile.',
  mergeUnfinished: 'Another merge of the subject is not finished.',
  survivorGone: 'The survivor was erased or is being merged itself.',
  subjectsContended: 'Other writers keep changing these subjects; try again.',
  noMerge: 'No merge of this record can be undone.',
  beingMerged: 'The record is being merged itself.',
  recordsContended: 'Other writers keep changing these records; try again.',
  mergingIntoAnother: 'The subject is being merged into another; try again later.',
  subjectContended: 'Other writers keep changing this subject; try again.',
  indexRebuilt: 'The index of the log is being rebuilt; try again soon.',
  noActWaits: 'No such act on this subject waits.',
  actBegun: 'The act has begun.',
  noHelp: 'The policy names no purposes of help.',
  helpEnded: 'The help for this person has ended already.',
  helpGoesOn: 'The help for this person has not ended.',
  noReceiver: 'expected the code of another county where an office of your department reads its tasks',
  sameArea: 'The record is in this county already.',
  moveWaits: 'A move of this record to another county waits.',
  undoFirst: 'A merge of this record can still be undone, or is under way: its move waits until then.',
  receiverConfirms: 'An office of the county that takes the record over confirms.',
  actStopped: 'The act was stopped meanwhile.',
  heldTooShort: (days: number) => `This department has held data about this person for less than ${many(days, 'day')}. It may begin the erasure after that.`,
};

export const maintenanceTexts = texts(maintenance, (language) => import(`./${language}/maintenance.ts`));
