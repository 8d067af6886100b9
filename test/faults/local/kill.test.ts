import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openCase } from '../../support/cases.ts';
import { startChild } from '../../support/child.ts';
import { temporaryFolder } from '../../support/folder.ts';
import type { Child } from '../../support/process.ts';

const SUBJECTS = 12;
const intake = { actions: ['intake'] };
const visit = {
  actions: ['release'],
  purpose: 'W1',
  officer: 'zhao.min',
  reason: 'yearly review of the status',
};

/** Fields of four classes with the same number, so that a mixture of two writes shows. */
function sheet(write: number) {
  return {
    division_code: '990001',
    guardian_phone: `139${String(write).padStart(8, '0')}`,
    household_profile: { members: 1, monthlyIncome: write },
    residence_address: { text: `road ${write}`, division: '990001001001' },
  };
}

interface Held {
  guardian_phone: { value: string };
  household_profile: { value: { monthlyIncome: number } };
  residence_address: { value: { text: string } };
}

/** The one number in all fields. */
function writeOf({ guardian_phone, household_profile, residence_address }: Held): number {
  const write = household_profile.value.monthlyIncome;
  const others = [Number(guardian_phone.value.slice(3)), Number(residence_address.value.text.slice(5))];
  expect(others, 'half a sheet').toEqual([write, write]);
  return write;
}

/** Per subject, the last write that was sent, the last that was acknowledged, and how many were. */
type Writes = Map<string, { sent: number; acknowledged: number; count: number }>;

/** Overwrites the subjects, each by one writer at a time, until the process is gone. */
async function writeUntilKilled(child: Child, writes: Writes): Promise<void> {
  const writer = async (localId: string) => {
    const mine = writes.get(localId) ?? { sent: 0, acknowledged: 0, count: 0 };
    writes.set(localId, mine);
    for (;;) {
      mine.sent++;
      const record = { match: { local_id: localId }, fields: sheet(mine.sent) };
      const body = { collection: 'children', records: [record] };
      const answer = await child.call('mca-county', intake, 'POST', '/v1/intake', body).catch(() => null);
      if (answer === null) return;
      // Too many writers for a busy machine; nothing was done.
      if (answer.status === 429) continue;
      expect(answer.status, answer.text + child.stderr()).toBe(200);
      expect(answer.json.results[0], answer.text).toMatchObject({ refused: {} });
      mine.acknowledged = mine.sent;
      mine.count++;
    }
  };
  await Promise.all(Array.from({ length: SUBJECTS }, (_, index) => writer(`KILL-${index}`)));
}

function countOf(writes: Writes): number {
  return [...writes.values()].reduce((sum, one) => sum + one.count, 0);
}

/** Subjects whose case is open. */
const cases = new Set<string>();

async function checkAll(child: Child, writes: Writes): Promise<void> {
  for (const [localId, { sent, acknowledged }] of writes) {
    if (acknowledged === 0) continue;
    const details = { ...visit, case: localId };
    if (!cases.has(localId))
      await openCase(child, 'mca-county', { purpose: 'W1', case: localId }, [
        { match: { local_id: localId } },
      ]);
    cases.add(localId);
    const body = {
      collection: 'children',
      subjects: [{ match: { local_id: localId } }],
      fields: ['guardian_phone', 'household_profile', 'residence_address'],
    };
    const answer = await child.call('mca-county', details, 'POST', '/v1/releases', body);
    expect(answer.status, answer.text).toBe(200);
    const [result] = answer.json.results;
    const write = writeOf(result.fields);
    expect(write, `${localId}: an acknowledged write is lost`).toBeGreaterThanOrEqual(acknowledged);
    expect(write).toBeLessThanOrEqual(sent);
  }
}

test('kill -9 during intake: no acknowledged record is lost and no half sheet is readable', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  const writes: Writes = new Map();
  let acknowledged = 0;
  // At one address: it names the issuer of the people to whom the cases were assigned.
  let port = '0';
  const again = async () => {
    const child = await startChild(folder, undefined, { PORT: port });
    ({ port } = new URL(child.url));
    return child;
  };
  for (const [more, then] of [
    [5, 0],
    [25, 7],
    [40, 13],
    [60, 29],
  ] as const) {
    const child = await again();
    await checkAll(child, writes);
    const done = writeUntilKilled(child, writes);
    acknowledged += more;
    const enough = async () => {
      while (countOf(writes) < acknowledged) await sleep(1);
    };
    await Promise.race([enough(), done]);
    await sleep(then);
    await child.end('SIGKILL');
    await done;
    acknowledged = countOf(writes);
  }
  const last = await again();
  await checkAll(last, writes);
  // Each acknowledged write has its entry; those whose answer was lost may have one too.
  const sent = [...writes.values()].reduce((sum, one) => sum + one.sent, 0);
  const entries = await entryCount(last);
  expect(entries).toBeGreaterThanOrEqual(acknowledged);
  expect(entries).toBeLessThanOrEqual(sent);
  expect(await last.end('SIGTERM')).toBe(0);
});

/** How many intakes the log holds. */
async function entryCount(child: Child): Promise<number> {
  let count = 0;
  let cursor = '';
  do {
    const json = await child.audit(`/v1/log/entries?kind=intake&limit=500${cursor}`);
    count += json.entries.length;
    cursor = json.cursor === undefined ? '' : `&cursor=${encodeURIComponent(json.cursor)}`;
  } while (cursor);
  return count;
}
