import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** Texts about intake. */
export const intake = {
  stillRunning: 'The first request under this Idempotency-Key is still running.',
  keyUsed: 'This Idempotency-Key was used for another request.',
  sheetContended: 'Other writers keep changing this sheet; try again.',
  noRecord: 'no record in the body',
  sameSubject: 'Other records of the same subject are being written; try again.',
  noFieldStored: 'No field of the record may be stored by this caller.',
  oneSheet: 'One record writes one sheet: send a separate record for the fields of each department.',
  noFiles: 'a file is no value of this field',
  fileType: (types: string) => `a file of this field is one of ${types}`,
  fileBytes: (most: number) => `a file of this field has at most ${many(most, 'byte')}`,
  fileOther: 'The parts of this file are other ones: a file that changed is uploaded as a new one.',
  fileUnfinished: 'Not all parts of this file have arrived as they were named.',
  fileTaken: 'This file is the value of another record: upload it again for this one.',
};

export const intakeTexts = texts(intake, (language) => import(`./${language}/intake.ts`));
