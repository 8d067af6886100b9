import { acts } from '../messages/zh/acts.ts';
import { agencies } from '../messages/zh/agencies.ts';
import { asking } from '../messages/zh/asking.ts';
import { flows, inquiry, simulate, writers } from '../messages/zh/audit.ts';
import { cases } from '../messages/zh/cases.ts';
import { act, freezes, inbox, policyPage, requests } from '../messages/zh/casework.ts';
import { consents, counts, incidents, objections, usage, whom, window } from '../messages/zh/desk.ts';
import { list } from '../messages/zh/list.ts';
import { entry, log } from '../messages/zh/log.ts';
import { problems } from '../messages/zh/problems.ts';
import { proof } from '../messages/zh/proof.ts';
import { prove, witnesses } from '../messages/zh/prove.ts';
import { second } from '../messages/zh/second.ts';
import { shell } from '../messages/zh/shell.ts';
import { report, review, today } from '../messages/zh/work.ts';
import type { en } from './en.ts';

/** 控制台的全部中文文字。 */
export const zh = {
  ...shell,
  problems,
  list,
  log,
  entry,
  proof,
  prove,
  today,
  flows,
  inquiry,
  simulate,
  writers,
  review,
  act,
  acts,
  agencies,
  asking,
  cases,
  consents,
  counts,
  incidents,
  objections,
  usage,
  whom,
  window,
  freezes,
  inbox,
  policyPage,
  report,
  requests,
  second,
  witnesses,
} satisfies typeof en;
