/** An act that arrives six times at once is one act: of one effect there is one entry. */

import { describe, expect, it } from 'vitest';
import { fileGateway } from '../../support/gateway.ts';
import { liftOpenRequests, liftStopLimits } from '../../support/lifted.ts';
import { type Raced, racedActs } from './raced-acts.ts';

liftStopLimits();
liftOpenRequests();
const gateway = await fileGateway();

/** What any person may do again, as an act of their own. */
const EACH_THEIR_OWN = new Set([
  ...['freeze of a child', 'freeze of a class', 'first word of a hold', 'objection'],
  ...['first word of an erasure', 'review of an entry'],
  'request',
  // The one of the test before waits for its second steward.
  'first word of a publication',
]);

interface Listed {
  id: string;
  kind: string;
  handler?: { agency: string };
}

/** The latest entries of this office, but for what it read: a race leaves fewer than are read. */
async function entriesOf(office: string): Promise<Listed[]> {
  const { entries } = await gateway.audit('/v1/log/entries?limit=60');
  return (entries as Listed[]).filter(
    ({ handler, kind }) => handler?.agency === office && !['reading', 'query'].includes(kind),
  );
}

async function race({ office, entries, send }: Raced, people: (string | undefined)[]) {
  const before = new Set((await entriesOf(office)).map(({ id }) => id));
  const answers = await Promise.all(people.map((officer) => send(officer)));
  const codes = answers.map(({ status, json }) => (status < 300 ? 'done' : json.code));
  expect(['done', 'CONFLICT'], answers.map(({ text }) => text).join()).toEqual(
    expect.arrayContaining([...new Set(codes)]),
  );
  expect(codes).toContain('done');
  const made = (await entriesOf(office)).filter(({ id }) => !before.has(id));
  expect(made.length, JSON.stringify([codes, made])).toBe(entries ?? 1);
}

describe.each(Object.entries(racedActs(gateway)))('%s', (name, ready) => {
  it('that arrives six times at once is logged once', async () => {
    await race(
      await ready(),
      Array.from({ length: 6 }, () => undefined),
    );
  });

  it.skipIf(EACH_THEIR_OWN.has(name))('by six people at once is logged once', async () => {
    await race(
      await ready(),
      [1, 2, 3, 4, 5, 6].map((i) => `officer ${i}`),
    );
  });
});
