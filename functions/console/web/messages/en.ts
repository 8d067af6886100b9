import { asking } from './en/asking.ts';
import { flows, inquiry, simulate, writers } from './en/audit.ts';
import { act, agencies, freezes, inbox, policyPage, requests } from './en/casework.ts';
import { list } from './en/list.ts';
import { entry, log, proof } from './en/log.ts';
import { problems } from './en/problems.ts';
import { prove } from './en/prove.ts';
import { second } from './en/second.ts';
import { shell } from './en/shell.ts';
import { review, today } from './en/work.ts';

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
  agencies,
  asking,
  freezes,
  inbox,
  policyPage,
  requests,
  second,
};
