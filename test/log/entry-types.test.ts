/** The entries that the compiler refuses. A line below that compiles fails the test. */
import { expect, test } from 'vitest';
import type { NewEntry } from '../../shared/log/entry/entry.ts';

const handler = { departments: ['EDU'], agency: 'edu-county' };
const data = { operation: 'provide', owners: ['MPS'], handler } as const;

const refused: NewEntry[] = [
  // @ts-expect-error another verb
  { ...data, kind: 'decision', operation: 'sell' },
  // @ts-expect-error no verb
  { kind: 'decision', owners: ['MPS'], handler },
  // @ts-expect-error no owner
  { kind: 'denial', operation: 'provide', handler },
  // @ts-expect-error no handler
  { kind: 'intake', operation: 'store', owners: ['MPS'] },
  // @ts-expect-error a handler without office
  { ...data, kind: 'decision', handler: { departments: ['EDU'] } },
  // @ts-expect-error another kind
  { ...data, kind: 'rumour' },
  // @ts-expect-error a writer's own entry
  { handler, kind: 'writer' },
  // @ts-expect-error an unknown member
  { ...data, kind: 'decision', value: 'plain' },
  // @ts-expect-error a word of another name
  { ...data, kind: 'decision', words: { name: 'x' } },
  // @ts-expect-error fields in what is about the gateway alone
  { handler, kind: 'publication', fields: { MPS: { name: 'plain' } } },
  // @ts-expect-error a revocation of nothing
  { handler, kind: 'revocation' },
];

test('the compiler refuses each of these entries', () => {
  expect(refused).toHaveLength(11);
});
