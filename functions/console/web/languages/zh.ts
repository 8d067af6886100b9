import * as acts from '../messages/zh/acts.ts';
import * as agencies from '../messages/zh/agencies.ts';
import * as asking from '../messages/zh/asking.ts';
import * as audit from '../messages/zh/audit.ts';
import * as cases from '../messages/zh/cases.ts';
import * as casework from '../messages/zh/casework.ts';
import * as desk from '../messages/zh/desk.ts';
import * as list from '../messages/zh/list.ts';
import * as log from '../messages/zh/log.ts';
import * as problems from '../messages/zh/problems.ts';
import * as proof from '../messages/zh/proof.ts';
import * as prove from '../messages/zh/prove.ts';
import * as second from '../messages/zh/second.ts';
import { shell } from '../messages/zh/shell.ts';
import * as work from '../messages/zh/work.ts';
import type { en } from './en.ts';

/** 控制台的全部中文文字。 */
export const zh = {
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
} satisfies typeof en;
