/** The pages, the actions that open them, and the key that leads to each. */
import type { ComponentType } from 'preact';
import type { Whoami } from '../../../shared/contract/office.ts';
import { policy } from './gateway/reference.ts';
import type { Messages } from './languages.ts';

export type PageName = keyof Messages['pages'];

export interface Page {
  name: PageName;
  /** Pressed after `g`. */
  key: string;
  /** Actions, one of which the person needs; `null`: everyone. */
  actions: readonly string[] | null;
  /** Whether an office may do what the page is for. Absent: its people's actions decide. */
  open?(who: Whoami): boolean;
  /** Actions with which the page is open whatever the office may do. */
  always?: readonly string[];
  /** Initials of the name in pinyin, for the palette. */
  pinyin: string;
  load(): Promise<ComponentType>;
}

const AUDIT = ['audit'];
const CLERK = ['casework'];
const ALL_THREE = ['audit', 'casework', 'steward'];

const may = (act: string) => (who: Whoami) => who.acts.includes(act);
/** Whether people of the office may ask by that route; `undefined`: for data about a person. */
const asksBy =
  (route: string | undefined) =>
  ({ byPeople = [] }: Whoami) =>
    byPeople.some((code) => policy.value?.purposes[code]?.route === route);

export const PAGES: readonly Page[] = [
  {
    name: 'today',
    key: 't',
    actions: AUDIT,
    pinyin: 'jr',
    load: () => import('./pages/today/today.tsx').then((m) => m.Today),
  },
  {
    name: 'log',
    key: 'l',
    actions: AUDIT,
    pinyin: 'rz',
    load: () => import('./pages/log/log.tsx').then((m) => m.Log),
  },
  {
    name: 'review',
    key: 'r',
    actions: AUDIT,
    pinyin: 'fh',
    load: () => import('./pages/review/review.tsx').then((m) => m.Review),
  },
  {
    name: 'flows',
    key: 'w',
    actions: AUDIT,
    pinyin: 'sjlx',
    load: () => import('./pages/flows.tsx').then((m) => m.Flows),
  },
  {
    name: 'inquiry',
    key: 'n',
    actions: AUDIT,
    pinyin: 'cx',
    load: () => import('./pages/inquiry.tsx').then((m) => m.Inquiry),
  },
  {
    name: 'prove',
    key: 'p',
    actions: null,
    pinyin: 'yz',
    load: () => import('./pages/prove/prove.tsx').then((m) => m.Prove),
  },
  {
    name: 'writers',
    key: 'k',
    actions: AUDIT,
    pinyin: 'xrz',
    load: () => import('./pages/writers.tsx').then((m) => m.Writers),
  },
  {
    name: 'policy',
    key: 'y',
    actions: null,
    pinyin: 'gz',
    load: () => import('./pages/policy/policy.tsx').then((m) => m.Policy),
  },
  {
    name: 'verify',
    key: 'v',
    actions: ['verify'],
    pinyin: 'zghy',
    load: () => import('./pages/verify/verify.tsx').then((m) => m.Verify),
  },
  {
    name: 'inbox',
    key: 'i',
    actions: CLERK,
    pinyin: 'db',
    load: () => import('./pages/inbox/inbox.tsx').then((m) => m.Inbox),
  },
  {
    name: 'requests',
    key: 'q',
    actions: CLERK,
    pinyin: 'sqsp',
    load: () => import('./pages/requests/requests.tsx').then((m) => m.Requests),
  },
  {
    name: 'cases',
    key: 'e',
    actions: ['casework', 'audit'],
    open: may('case.list'),
    always: AUDIT,
    pinyin: 'aj',
    load: () => import('./pages/cases/cases.tsx').then((m) => m.Cases),
  },
  {
    name: 'consents',
    key: 'c',
    actions: CLERK,
    open: may('consent.file'),
    pinyin: 'tydj',
    load: () => import('./pages/consents/consents.tsx').then((m) => m.Consents),
  },
  {
    name: 'window',
    key: 'h',
    actions: CLERK,
    // The second clerk's word is a desk's alone.
    open: may('inquiry.second'),
    pinyin: 'cxck',
    load: () => import('./pages/window/window.tsx').then((m) => m.Window),
  },
  {
    name: 'objections',
    key: 'o',
    actions: CLERK,
    open: may('objection.list'),
    pinyin: 'yy',
    load: () => import('./pages/objections.tsx').then((m) => m.Objections),
  },
  {
    name: 'incidents',
    key: 'x',
    actions: ALL_THREE,
    pinyin: 'xlsj',
    load: () => import('./pages/incidents/incidents.tsx').then((m) => m.Incidents),
  },
  {
    name: 'usage',
    key: 'u',
    actions: CLERK,
    open: may('usage.read'),
    pinyin: 'bbmsjsy',
    load: () => import('./pages/usage/usage.tsx').then((m) => m.Usage),
  },
  {
    name: 'freezes',
    key: 'f',
    actions: ALL_THREE,
    open: may('freeze.list'),
    always: ['audit', 'steward'],
    pinyin: 'dj',
    load: () => import('./pages/freezes/freezes.tsx').then((m) => m.Freezes),
  },
  {
    name: 'second',
    key: 's',
    actions: ALL_THREE,
    pinyin: 'srqr',
    load: () => import('./pages/second/second.tsx').then((m) => m.Second),
  },
  {
    name: 'agencies',
    key: 'a',
    actions: ['steward'],
    pinyin: 'jg',
    load: () => import('./pages/agencies/agencies.tsx').then((m) => m.Agencies),
  },
  {
    name: 'desk',
    key: 'd',
    actions: ['release'],
    open: asksBy(undefined),
    pinyin: 'xxsq',
    load: () => import('./pages/desk/desk.tsx').then((m) => m.Desk),
  },
  {
    name: 'counts',
    key: 'b',
    actions: ['release'],
    open: asksBy('statistics'),
    pinyin: 'rstj',
    load: () => import('./pages/counts.tsx').then((m) => m.Counts),
  },
  {
    name: 'acts',
    key: 'm',
    actions: ['audit', 'casework', 'steward', 'release', 'verify'],
    pinyin: 'qbcz',
    load: () => import('./pages/acts/acts.tsx').then((m) => m.Acts),
  },
  {
    name: 'settings',
    key: ',',
    actions: null,
    pinyin: 'sz',
    load: () => import('./pages/settings.tsx').then((m) => m.Settings),
  },
];

/**
 * The pages of a person. Those of everyone come last, but an auditor's own work is among them.
 * @param who of the office; `null`: not known yet, so that pages which depend on it are left out
 */
export function pagesFor(actions: readonly string[], who: Whoami | null): Page[] {
  const mine = PAGES.filter(
    (page) => isForRole(page, actions) && (!dependsOn(page, actions) || (who !== null && page.open?.(who))),
  );
  if (actions.includes('audit')) return mine;
  return [...mine].sort((a, b) => Number(a.actions === null) - Number(b.actions === null));
}

export function isForRole({ actions }: Page, own: readonly string[]): boolean {
  return actions === null || actions.some((one) => own.includes(one));
}

/** Whether the office of a person with these actions decides if the page is open. */
export function dependsOn({ open, always = [] }: Page, own: readonly string[]): boolean {
  return open !== undefined && !always.some((one) => own.includes(one));
}
