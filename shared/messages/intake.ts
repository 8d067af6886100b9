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
};

export const intakeTexts = texts(intake, (language) => import(`./${language}/intake.ts`));
