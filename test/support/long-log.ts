/** A person with a long log: entries of releases, without the releases. */
import { withTables } from '../../functions/deps.ts';
import { logWriter } from '../../functions/steps/log.ts';
import type { Gateway } from '../../infra/local/gateway.ts';
import { envOf } from '../../infra/local/settings.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { readLogId } from '../../shared/records/subject/outlines.ts';

/** Entries of one append. */
const BATCH = 100;

/** Entries that one step takes at most. */
const STEP = 400;

interface Filling {
  now?: () => number;
  /** Entries of one append, at most 100, and milliseconds between two. Absent: all at once. */
  batch?: number;
  pace?: number;
  /** Owner to field to form. */
  fields?: object;
  /** Leaves the entries out of the tree. */
  unsequenced?: true;
}

/** Appends the entries of so many releases of a field. @param subject internal id of the person */
export async function fillLog(
  gateway: Pick<Gateway, 'env' | 'kms' | 'dynamo' | 'tables' | 'sequencer'>,
  subject: string,
  length: number,
  { now = Date.now, fields = { MPS: { name: 'plain' } }, unsequenced, batch = BATCH, pace = 0 }: Filling = {},
): Promise<void> {
  const { env, kms, dynamo } = gateway;
  const last = now();
  let at = last - (length / batch) * pace;
  const clock = () => (pace === 0 ? now() : Math.min(at, last));
  const log = logWriter(withTables({ env: envOf(env, 'release'), kms, dynamo, now: clock }), 'release');
  const logId = await readLogId(gateway.tables.keys, asSubjectId(subject));
  if (logId === null) throw new Error('no such person');
  const entry = {
    ...{ kind: 'decision', operation: 'provide', owners: Object.keys(fields), fields },
    ...{ handler: { agency: asClientId('mca-county'), departments: ['MCA'] }, purpose: 'W1' },
    ...{ collection: 'children', policy: { version: 'long', hash: 'h'.repeat(43) }, rule: 'A16.1' },
    ...{ outcome: 'released', obligations: [], keys: [], consents: [], subject: logId, words: { subject } },
  } as unknown as NewEntry;
  for (let from = 0; from < length; from += batch) {
    await log.append(Array.from({ length: Math.min(batch, length - from) }, () => entry));
    at += pace;
  }
  for (let left = unsequenced ? 0 : length + STEP; left > 0; left -= STEP) await gateway.sequencer.step();
}
