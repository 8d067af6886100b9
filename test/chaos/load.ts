/** Mixed load on a gateway, and a journal outside of it of what was acknowledged. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCase } from '../support/cases.ts';
import type { Child } from '../support/process.ts';

/** What the gateway acknowledged, and what was sent without an answer. */
export interface Journal {
  /** Per record: the last number that was sent and the last that was acknowledged. */
  writes: Map<string, { sent: number; acknowledged: number }>;
  /** Entries named in receipts of releases. */
  receipts: string[];
  /** Freezes in force. */
  freezes: Set<string>;
  /** Answers by their status. */
  answers: Map<number, number>;
  file: string;
}

export const newJournal = (file: string): Journal => ({
  writes: new Map(),
  receipts: [],
  freezes: new Set(),
  answers: new Map(),
  file,
});

const RECORDS = 8;
const WHY = { officer: 'li.na', reason: 'yearly review of the status' };
const CASE = { purpose: 'W1', case: 'CHAOS-1' };
const AUDITOR = { actions: ['audit'], officer: 'wang.fang', reason: 'rehearsal' };
const FIELDS = ['guardian_phone', 'household_profile', 'residence_address'];
const match = (name: string) => ({ match: { local_id: name } });
export const NAMES = Array.from({ length: RECORDS }, (_, index) => `CHAOS-${index}`);

/** Fields of three classes with the same number, so that a mixture of two writes shows. */
const sheet = (write: number) => ({
  division_code: '990001',
  guardian_phone: `139${String(write).padStart(8, '0')}`,
  household_profile: { members: 1, monthlyIncome: write },
  residence_address: { text: `road ${write}`, division: '990001001001' },
});

/** Writes each record once and opens a case of all. */
export async function prepare(child: Child, journal: Journal): Promise<void> {
  for (const name of NAMES) await write(child, journal, name);
  await openCase(child, 'mca-county', CASE, NAMES.map(match));
}

/** Writers, readers and a person who freezes, until `over`; a lost connection ends nothing. */
export async function load(child: Child, journal: Journal, over: () => boolean): Promise<void> {
  const until = async (step: () => Promise<unknown>, pause: number) => {
    while (!over()) {
      await step().catch(() => {});
      await sleep(pause);
    }
  };
  await Promise.all([
    ...NAMES.map((name) => until(() => write(child, journal, name), 0)),
    ...NAMES.slice(0, 4).map((name) => until(() => read(child, journal, name), 20)),
    until(() => freeze(child, journal), 200),
  ]);
}

async function write(child: Child, journal: Journal, name: string): Promise<void> {
  const mine = journal.writes.get(name) ?? { sent: 0, acknowledged: 0 };
  journal.writes.set(name, mine);
  mine.sent += 1;
  const number = mine.sent;
  const record = { ...match(name), fields: sheet(number) };
  const body = { collection: 'children', records: [record] };
  const { status, json } = await child.call(
    'mca-county',
    { actions: ['intake'] },
    'POST',
    '/v1/intake',
    body,
  );
  count(journal, status);
  if (status !== 200 || json.results[0]?.ref === undefined) return;
  mine.acknowledged = number;
  note(journal, { wrote: name, number });
}

async function release(child: Child, name: string) {
  const body = { collection: 'children', subjects: [match(name)], fields: FIELDS };
  return child.call('mca-county', { actions: ['release'], ...CASE, ...WHY }, 'POST', '/v1/releases', body);
}

async function read(child: Child, journal: Journal, name: string): Promise<void> {
  const { status, json } = await release(child, name);
  count(journal, status);
  const [result] = status === 200 ? json.results : [];
  if (result?.receipt === undefined) return;
  journal.receipts.push(result.receipt.entry);
  note(journal, { receipt: result.receipt.entry });
}

/** Of another agency, so that it stops nothing of the load. */
async function freeze(child: Child, journal: Journal): Promise<void> {
  const target = { agency: 'edu-county' };
  const { status, json } = await child.call('audit-office', AUDITOR, 'POST', '/v1/freezes', { target });
  count(journal, status);
  const id = status === 200 ? json.freeze?.id : undefined;
  if (id === undefined) return;
  journal.freezes.add(id);
  note(journal, { froze: id });
}

function count({ answers }: Journal, status: number): void {
  answers.set(status, (answers.get(status) ?? 0) + 1);
}

function note({ file }: Journal, line: object): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** @returns what was acknowledged and is not there */
export async function missing(child: Child, journal: Journal): Promise<string[]> {
  const lost: string[] = [];
  for (const [name, { sent, acknowledged }] of journal.writes) {
    const { status, json, text } = await patiently(() => release(child, name));
    const fields = status === 200 ? json.results[0]?.fields : undefined;
    if (fields === undefined) lost.push(`${name} cannot be read: ${text.slice(0, 300)}`);
    const numbers = fields && [
      fields.household_profile.value.monthlyIncome,
      Number(fields.guardian_phone.value.slice(3)),
      Number(fields.residence_address.value.text.slice(5)),
    ];
    if (numbers && new Set(numbers).size > 1) lost.push(`${name} is a mixture of ${numbers.join(', ')}`);
    if (numbers && (numbers[0] < acknowledged || numbers[0] > sent))
      lost.push(`${name} is ${numbers[0]}, acknowledged ${acknowledged}, sent ${sent}`);
  }
  const listed = await patiently(() => child.call('audit-office', AUDITOR, 'GET', '/v1/freezes'));
  const inForce = new Set((listed.json.freezes ?? []).map(({ id }: { id: string }) => id));
  for (const id of journal.freezes) if (!inForce.has(id)) lost.push(`freeze ${id} is gone`);
  return lost;
}

/** A gateway that was just started may be busy, and then gives no token either. */
async function patiently<A extends { status: number }>(call: () => Promise<A>): Promise<A> {
  for (let left = 20; ; left--) {
    const answer = await call().catch((error: unknown) => {
      if (left === 0) throw error;
    });
    if (answer && (left === 0 || ![429, 503].includes(answer.status))) return answer;
    await sleep(500);
  }
}
