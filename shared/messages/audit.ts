import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** Texts about the log. */
export const audit = {
  namedTwice: 'an entry is named twice',
  notReviewed: 'entries of this kind are not reviewed',
  otherVerdict: 'you gave another verdict on this entry before; name it in `supersedes` to replace it',
  verdictsRunning: 'other verdicts of yours are still being written; try again in a few seconds',
  countedOneByOne: 'counts by officer or field, by code, and of a part of an hour are made one by one, of up to 50,000 entries; name a shorter span, or full hours',
  manyBuckets: 'the answer would have more buckets than 31 days have hours; name a shorter span or longer buckets',
  noPart: 'must be less than /parts',
  longSpan: 'begins more than two hours before /to',
  newAgencies: 'is for counts by agency',
  ownAgency: 'an officer does not review entries of their own agency',
  decoyByEntry: 'name a decoy by the entry of its intake',
  manySources: (most: number) => `an office has at most ${many(most, 'source')}; one that reports nothing for 90 days is forgotten`,
  notWitnessed: 'No checkpoint that has its witnesses covers the entry yet; try again in a minute.',
  notInTree: 'The entry is stored but not in the tree yet; try again in a few seconds.',
  fromInLog: 'must be from 1 to `to`, which is at most the size of the log',
  noSuchKindNear: (nearest: string | null) => (nearest === null ? 'no such kind of entry' : `no such kind of entry; the nearest is ${nearest}`),
  noSuchOutcomeNear: (nearest: string | null) => (nearest === null ? 'no entry has this outcome' : `no entry has this outcome; the nearest is ${nearest}`),
  noSuchRuleNear: (nearest: string | null) => (nearest === null ? 'the policy has no such rule' : `the policy has no such rule; the nearest is ${nearest}`),
  noSuchRoleNear: (nearest: string | null) => (nearest === null ? 'no role of this name may unwrap data keys' : `no role of this name may unwrap data keys; the nearest that may is ${nearest}`),
  noSuchDepartmentNear: (nearest: string | null) => (nearest === null ? 'no such department' : `no such department; the nearest is ${nearest}`),
  noSuchAlertNear: (nearest: string | null) => (nearest === null ? 'no alert has this code' : `no alert has this code; the nearest is ${nearest}`),
  noSuchAgency: 'no such agency in the register',
  notWithSince: 'is not allowed together with `since` or `order=asc`',
  periodEnds: 'must be after `from`',
  periodPast: 'must be in the past: a report is of a period that has ended',
  beyondTree: 'is larger than the signed tree',
  periodLong: 'the period has more entries than one report counts; name a shorter one',
  noCheckpoint: 'The log has no checkpoint yet.',
  noRound: 'This log asks no witnesses.',
  otherRound: 'none of its witnesses has cosigned the checkpoint that is asked about now; read `/log/pending` again',
  otherTime: 'the time of a cosignature differs from the clock of the gateway by more than ten minutes',
};

export const auditTexts = texts(audit, (language) => import(`./${language}/audit.ts`));
