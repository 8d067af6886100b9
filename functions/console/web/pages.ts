/** The pages, the actions that open them, and the key that leads to each. */
import type { ComponentType } from 'preact';
import type { Messages } from './languages.ts';

export type PageName = keyof Messages['pages'];

export interface Page {
  name: PageName;
  /** Pressed after `g`. */
  key: string;
  /** Actions, one of which the person needs; `null`: everyone. */
  actions: readonly string[] | null;
  /** Initials of the name in pinyin, for the palette. */
  pinyin: string;
  load(): Promise<ComponentType>;
}

const AUDIT = ['audit'];
const CLERK = ['casework'];
const ALL_THREE = ['audit', 'casework', 'steward'];

export const PAGES: readonly Page[] = [
  {
    name: 'today',
    key: 't',
    actions: AUDIT,
    pinyin: 'jr',
    load: () => import('./pages/today.tsx').then((m) => m.Today),
  },
  {
    name: 'log',
    key: 'l',
    actions: AUDIT,
    pinyin: 'rz',
    load: () => import('./pages/log.tsx').then((m) => m.Log),
  },
  {
    name: 'review',
    key: 'r',
    actions: AUDIT,
    pinyin: 'fh',
    load: () => import('./pages/review.tsx').then((m) => m.Review),
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
    load: () => import('./pages/prove.tsx').then((m) => m.Prove),
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
    load: () => import('./pages/policy.tsx').then((m) => m.Policy),
  },
  {
    name: 'inbox',
    key: 'i',
    actions: CLERK,
    pinyin: 'db',
    load: () => import('./pages/inbox.tsx').then((m) => m.Inbox),
  },
  {
    name: 'requests',
    key: 'q',
    actions: CLERK,
    pinyin: 'sqsp',
    load: () => import('./pages/requests.tsx').then((m) => m.Requests),
  },
  {
    name: 'freezes',
    key: 'f',
    actions: ALL_THREE,
    pinyin: 'dj',
    load: () => import('./pages/freezes.tsx').then((m) => m.Freezes),
  },
  {
    name: 'second',
    key: 's',
    actions: ALL_THREE,
    pinyin: 'srqr',
    load: () => import('./pages/second.tsx').then((m) => m.Second),
  },
  {
    name: 'agencies',
    key: 'a',
    actions: ['steward'],
    pinyin: 'jg',
    load: () => import('./pages/agencies.tsx').then((m) => m.Agencies),
  },
  {
    name: 'desk',
    key: 'd',
    actions: ['release'],
    pinyin: 'xxsq',
    load: () => import('./pages/desk.tsx').then((m) => m.Desk),
  },
  {
    name: 'verify',
    key: 'v',
    actions: ['verify'],
    pinyin: 'zghy',
    load: () => import('./pages/verify.tsx').then((m) => m.Verify),
  },
  {
    name: 'settings',
    key: ',',
    actions: null,
    pinyin: 'sz',
    load: () => import('./pages/settings.tsx').then((m) => m.Settings),
  },
];

export function pagesFor(actions: readonly string[]): Page[] {
  return PAGES.filter((page) => page.actions === null || page.actions.some((one) => actions.includes(one)));
}
