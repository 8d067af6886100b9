import type { en } from './en.ts';
import { asking } from './zh/asking.ts';
import { flows, inquiry, simulate, writers } from './zh/audit.ts';
import { act, agencies, freezes, inbox, policyPage, requests } from './zh/casework.ts';
import { list } from './zh/list.ts';
import { entry, log, proof } from './zh/log.ts';
import { problems } from './zh/problems.ts';
import { prove } from './zh/prove.ts';
import { second } from './zh/second.ts';
import { shell } from './zh/shell.ts';
import { review, today } from './zh/work.ts';

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
  agencies,
  asking,
  freezes,
  inbox,
  policyPage,
  requests,
  second,
} satisfies typeof en;
