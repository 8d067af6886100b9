import type { Case } from './cases.ts';

/** What the sample shows of some rules, under a name. */
export interface NamedStory {
  name: string;
  rules: readonly string[];
  what: string;
  /** The child: of this case, or `pupil`, an ordinary one. Absent: the story is about no child. */
  child?: Case | 'pupil';
  /**
   * `{id}` and `{birth}`: the child's ID number and date of birth; `{phone}`, `{father}` and `{father-number}`: its father's phone, name and ID
   * number. A word in angle brackets is in the answer of an earlier line.
   */
  run: readonly string[];
}
