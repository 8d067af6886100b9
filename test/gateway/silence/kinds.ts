/** Kinds of rows: a writer, a recipient, an act of casework by a number or by a reference. */
import { hash } from 'node:crypto';
import { pack } from '../../../functions/session/policy.ts';
import type { Call, Row } from './row.ts';
import type { World } from './worlds.ts';

export const WORDS = { officer: 'zhang.wei', reason: 'help for the child', case: 'S-2026-1' };
export const CASEWORK = { actions: ['casework'], ...WORDS };
export const digestOf = (subject: object) => hash('sha256', JSON.stringify(subject));

/** Worlds in which no record of the caller's area exists. */
export const AWAY: readonly World[] = ['nowhere', 'elsewhere'];
/** Worlds that differ in a point outside the act. */
export const HERE: readonly World[] = [
  'plain',
  'frozen',
  'unwilling',
  'conflict',
  'endangered',
  'disputed',
  'decoy',
  'more',
];
export const ALL: readonly World[] = [...AWAY, ...HERE];
const SAME: readonly (readonly World[])[] = [AWAY, HERE];

/** The writer of fields that no record holds yet. */
export interface Writer {
  agency: string;
  fields: object;
}

export const intake = ({ agency, fields }: Writer, more: object, keys = (match: object) => match): Row => ({
  route: 'POST /v1/intake',
  call: ({ match }) => ({
    agency,
    details: { actions: ['intake'] },
    path: '/v1/intake',
    body: { collection: pack.collection, records: [{ match: keys(match), fields }], ...more },
  }),
  alike: [ALL],
});

export const release = (
  agency: string,
  purpose: string,
  alike: Row['alike'],
  fields = ['name', 'sex'],
): Row => ({
  route: 'POST /v1/releases',
  call: ({ match }) => ({
    agency,
    details: { actions: ['release'], purpose, ...WORDS },
    path: '/v1/releases',
    body: { collection: pack.collection, subjects: [{ match }], fields },
  }),
  alike,
});

/** An act of casework on a person that a body names. */
export const act = (
  path: string,
  agency: string,
  body: (subject: object) => object,
  alike: Row['alike'] = SAME,
  details: Call['details'] = CASEWORK,
): Row => ({
  route: `POST ${path}`,
  call: ({ match }) => ({ agency, details, path, body: body({ match }) }),
  alike,
});

/** An act on a reference. */
export const onRef = (
  route: string,
  agency: string,
  body: (ref: string) => object | undefined,
  alike: Row['alike'] = SAME,
): Row => ({
  route,
  async call(child, by = agency) {
    const ref = await child.ref(by);
    const path = (route.split(' ')[1] ?? '').replace(':ref', ref);
    const sent = body(ref);
    const query = route.startsWith('GET') ? `?ref=${ref}` : '';
    return { agency, details: CASEWORK, path: path + query, ...(sent && { body: sent }) };
  },
  alike,
});
