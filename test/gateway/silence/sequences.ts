/** Calls of one caller, of which no two together may tell what each alone hides. */
import { asClientId } from '../../../shared/ids.ts';
import { caseId } from '../../../shared/records/casework/cases.ts';
import { CHILDREN } from '../scenes/children.ts';
import { SCENE } from '../scenes/scene.ts';
import type { Call } from './row.ts';
import type { Child } from './worlds.ts';

export type Asked = Call & { method: string };

interface Sequence<Steps> {
  what: string;
  steps: Steps;
}

const OPENER = { officer: 'zhang.wei', reason: 'visits of the spring' };
const BOSS = { officer: 'zhou.qin', reason: 'visits of the spring' };
const casework = (who: object, agency: string, method: string, path: string, body?: object): Asked => ({
  ...{ method, agency, path, details: { actions: ['casework'], ...who } },
  ...(body && { body }),
});

/** Cases of one office about one child, by numbers that no other child of the test has. */
function casesOf({ match }: Child, agency = 'mca-county', purpose = 'W3') {
  const number = (name: string) => `${Object.values(match)[0]}-${name}`;
  const path = (name: string) =>
    `/v1/cases/${encodeURIComponent(caseId(asClientId(agency), purpose, number(name)))}`;
  return {
    open: (name: string, subjects: object[], of = purpose) => {
      const body = { purpose: of, case: number(name), subjects, officers: ['han.mei'] };
      return casework(OPENER, agency, 'POST', '/v1/cases', body);
    },
    confirm: (name: string) => casework(BOSS, agency, 'POST', `${path(name)}/confirm`, {}),
    close: (name: string) => casework(OPENER, agency, 'POST', `${path(name)}/close`, {}),
    read: (name: string) => casework(OPENER, agency, 'GET', path(name)),
  };
}

/** The world changes between `before` and `after`. */
const CHILDREN_SEQUENCES: Sequence<(child: Child) => { before?: Asked[]; after: Asked[] }>[] = [
  {
    what: 'a second case about a number',
    steps(child) {
      const { open, read } = casesOf(child);
      const subjects = [{ match: child.match }];
      return {
        before: [open('a', subjects)],
        after: [open('b', subjects, 'W1'), open('a', subjects), open('c', subjects), read('a')],
      };
    },
  },
  {
    what: 'a case that is confirmed, closed and opened again',
    steps(child) {
      const { open, confirm, close, read } = casesOf(child);
      const subjects = [{ match: child.match }];
      return {
        before: [open('a', subjects)],
        after: [confirm('a'), read('a'), close('a'), open('b', subjects), confirm('b'), read('b')],
      };
    },
  },
  ...[true, false].map((first) => ({
    what: `a case and an own intake of its number ${first ? 'before' : 'after'} it`,
    steps(child: Child) {
      const { match } = child;
      const { open, read } = casesOf(child, 'cdpf-county', 'D1');
      const fields = { disability_cert_no: `${match[SCENE.number]}11` };
      const body = { collection: 'children', records: [{ match, fields }] };
      const details = { actions: ['intake'] };
      const intake = { method: 'POST', agency: 'cdpf-county', details, path: '/v1/intake', body };
      const calls = [open('a', [{ match }]), intake];
      return first ? { before: calls, after: [read('a')] } : { after: [...calls, read('a')] };
    },
  })),
];

/** The second child is the first one, or another. */
const CHILDREN_PAIRS: Sequence<(child: Child, named: Child) => Promise<{ after: Asked[] }>>[] = [
  {
    what: 'a case of a reference and a number',
    async steps(child, named) {
      const { open, confirm, read } = casesOf(child);
      const subjects = [{ ref: await child.ref('mca-county') }, { match: named.match }];
      return { after: [open('a', subjects), confirm('a'), read('a')] };
    },
  },
  {
    what: 'a case of a reference, and one of a number',
    async steps(child, named) {
      const { open, confirm, close, read } = casesOf(child);
      const [ref, number] = [[{ ref: await child.ref('mca-county') }], [{ match: named.match }]];
      const after = [open('a', ref), open('b', number), confirm('a'), confirm('b')];
      return {
        after: [...after, close('a'), close('b'), open('c', ref), confirm('c'), read('b'), read('c')],
      };
    },
  },
  {
    what: 'a request of a reference and a number',
    async steps(child, named) {
      const subjects = [{ ref: await child.ref('health-hospital') }, { match: named.match }];
      const number = Object.values(child.match)[0];
      const body = { collection: 'children', purpose: 'H1', subjects, context: { case: `E-${number}` } };
      return { after: [casework(OPENER, 'health-hospital', 'POST', '/v1/requests', body)] };
    },
  },
  {
    what: 'a hold of a reference, and one of a number',
    async steps(child, named) {
      const ref = { ref: await child.ref('court-county') };
      const hold = (subject: object) =>
        casework(OPENER, 'court-county', 'POST', '/v1/holds', { subject, instrument: 'ORDER-2026-9' });
      return { after: [hold(ref), hold({ match: named.match }), hold(ref)] };
    },
  },
];

export const SEQUENCES = SCENE === CHILDREN ? CHILDREN_SEQUENCES : [];
export const PAIRS = SCENE === CHILDREN ? CHILDREN_PAIRS : [];
