import { acts } from '../messages/en/acts.ts';
import { agencies } from '../messages/en/agencies.ts';
import { asking } from '../messages/en/asking.ts';
import { flows, inquiry, simulate, writers } from '../messages/en/audit.ts';
import { cases } from '../messages/en/cases.ts';
import { act, freezes, inbox, policyPage, requests } from '../messages/en/casework.ts';
import { consents, counts, incidents, objections, usage, whom, window } from '../messages/en/desk.ts';
import { list } from '../messages/en/list.ts';
import { entry, log } from '../messages/en/log.ts';
import { problems } from '../messages/en/problems.ts';
import { proof } from '../messages/en/proof.ts';
import { prove, witnesses } from '../messages/en/prove.ts';
import { second } from '../messages/en/second.ts';
import { shell } from '../messages/en/shell.ts';
import { report, review, today } from '../messages/en/work.ts';

/** Every text of the console in English. */
export const en = {
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
};
