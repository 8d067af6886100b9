/** The pages, the actions that open them, and the key that leads to each. */
import type { ComponentType } from 'preact';
import type { Whoami } from '../../../shared/contract/office.ts';
import { policy } from './gateway/reference.ts';
import type { Messages } from './languages.ts';

export type PageName = keyof Messages['pages'];

export const GROUPS = ['work', 'see', 'prove', 'act', 'none'] as const;
export type Group = (typeof GROUPS)[number];

export interface Page {
  name: PageName;
  group: Group;
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
  /** The query with which it opens from the menu. */
  opens?: Record<string, string>;
  load(): Promise<{ default: ComponentType }>;
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

/** By what they are for, in the order of the menu. */
const ALL: Record<Group, Partial<Record<PageName, Omit<Page, 'name' | 'group'>>>> = {
  work: {
    today: { key: 't', pinyin: 'jr', actions: AUDIT, load: () => import('./pages/today/today.tsx') },
    review: { key: 'r', pinyin: 'fh', actions: AUDIT, load: () => import('./pages/review/review.tsx') },
    log: {
      key: 'l',
      pinyin: 'rz',
      actions: AUDIT,
      // What was decided and what stands out, without the looks of auditors themselves.
      opens: { kind: 'decision,denial,prohibited,alert' },
      load: () => import('./pages/log/log.tsx'),
    },
    inbox: { key: 'i', pinyin: 'db', actions: CLERK, load: () => import('./pages/inbox/inbox.tsx') },
    requests: {
      key: 'q',
      pinyin: 'sqsp',
      actions: CLERK,
      load: () => import('./pages/requests/requests.tsx'),
    },
    desk: {
      key: 'd',
      pinyin: 'xxsq',
      actions: ['release'],
      open: asksBy(undefined),
      load: () => import('./pages/desk/desk.tsx'),
    },
    verify: {
      key: 'v',
      pinyin: 'zghy',
      actions: ['verify'],
      load: () => import('./pages/verify/verify.tsx'),
    },
    counts: {
      key: 'b',
      pinyin: 'rstj',
      actions: ['release'],
      open: asksBy('statistics'),
      load: () => import('./pages/counts.tsx'),
    },
    // The second clerk's word is a desk's alone.
    window: {
      key: 'h',
      pinyin: 'cxck',
      actions: CLERK,
      open: may('inquiry.second'),
      load: () => import('./pages/window/window.tsx'),
    },
    consents: {
      key: 'c',
      pinyin: 'tydj',
      actions: CLERK,
      open: may('consent.file'),
      load: () => import('./pages/consents/consents.tsx'),
    },
    objections: {
      key: 'o',
      pinyin: 'yy',
      actions: CLERK,
      open: may('objection.list'),
      load: () => import('./pages/objections.tsx'),
    },
    cases: {
      key: 'e',
      pinyin: 'aj',
      actions: ['casework', 'audit'],
      open: may('case.list'),
      always: AUDIT,
      load: () => import('./pages/cases/cases.tsx'),
    },
    agencies: {
      key: 'a',
      pinyin: 'jg',
      actions: ['steward'],
      load: () => import('./pages/agencies/agencies.tsx'),
    },
  },
  see: {
    flows: { key: 'w', pinyin: 'sjlx', actions: AUDIT, load: () => import('./pages/flows.tsx') },
    inquiry: { key: 'n', pinyin: 'cx', actions: AUDIT, load: () => import('./pages/inquiry.tsx') },
    usage: {
      key: 'u',
      pinyin: 'bbmsjsy',
      actions: CLERK,
      open: may('usage.read'),
      load: () => import('./pages/usage/usage.tsx'),
    },
    // Of offices that store data.
    sources: {
      key: 'j',
      pinyin: 'sjy',
      actions: ['casework', 'audit'],
      open: (who) => may('source.read')(who) && who.actions.includes('intake'),
      always: AUDIT,
      load: () => import('./pages/sources.tsx'),
    },
    policy: { key: 'y', pinyin: 'gz', actions: null, load: () => import('./pages/policy/policy.tsx') },
  },
  prove: {
    prove: { key: 'p', pinyin: 'yz', actions: null, load: () => import('./pages/prove/prove.tsx') },
    writers: { key: 'k', pinyin: 'xrz', actions: AUDIT, load: () => import('./pages/writers.tsx') },
  },
  act: {
    incidents: {
      key: 'x',
      pinyin: 'xlsj',
      actions: ALL_THREE,
      load: () => import('./pages/incidents/incidents.tsx'),
    },
    freezes: {
      key: 'f',
      pinyin: 'dj',
      actions: ALL_THREE,
      open: may('freeze.list'),
      always: ['audit', 'steward'],
      load: () => import('./pages/freezes/freezes.tsx'),
    },
    second: { key: 's', pinyin: 'srqr', actions: ALL_THREE, load: () => import('./pages/second/second.tsx') },
    acts: {
      key: 'm',
      pinyin: 'qbcz',
      actions: ['audit', 'casework', 'steward', 'release', 'verify'],
      load: () => import('./pages/acts/acts.tsx'),
    },
  },
  none: {
    settings: { key: ',', pinyin: 'sz', actions: null, load: () => import('./pages/settings.tsx') },
  },
};

export const PAGES = Object.entries(ALL).flatMap(([group, pages]) =>
  Object.entries(pages).map(([name, page]) => ({ name, group, ...page }) as Page),
);

/** The pages of a person. @param who of the office; `null`: not known yet, so that pages which depend on it are left out */
export const pagesFor = (actions: readonly string[], who: Whoami | null): Page[] =>
  PAGES.filter(
    (page) => isForRole(page, actions) && (!dependsOn(page, actions) || (who !== null && page.open?.(who))),
  );

export function isForRole({ actions }: Page, own: readonly string[]): boolean {
  return actions === null || actions.some((one) => own.includes(one));
}

/** Whether the office of a person with these actions decides if the page is open. */
export function dependsOn({ open, always = [] }: Page, own: readonly string[]): boolean {
  return open !== undefined && !always.some((one) => own.includes(one));
}
