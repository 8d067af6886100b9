import * as acts from '../messages/en/acts.ts';
import * as agencies from '../messages/en/agencies.ts';
import * as asking from '../messages/en/asking.ts';
import * as audit from '../messages/en/audit.ts';
import * as cases from '../messages/en/cases.ts';
import * as casework from '../messages/en/casework.ts';
import * as desk from '../messages/en/desk.ts';
import * as list from '../messages/en/list.ts';
import * as log from '../messages/en/log.ts';
import * as problems from '../messages/en/problems.ts';
import * as proof from '../messages/en/proof.ts';
import * as prove from '../messages/en/prove.ts';
import * as second from '../messages/en/second.ts';
import { shell } from '../messages/en/shell.ts';
import * as work from '../messages/en/work.ts';

/** Every text of the console in English. */
export const en = {
  ...shell,
  ...acts,
  ...agencies,
  ...asking,
  ...audit,
  ...cases,
  ...casework,
  ...desk,
  ...list,
  ...log,
  ...problems,
  ...proof,
  ...prove,
  ...second,
  ...work,
};
