/** Gives verdicts of one person: each once, whatever is lost on the way, and another one only if it names the first. */

import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { randomId } from '../../../shared/bytes.ts';
import { defined } from '../../../shared/defined.ts';
import type { Outcome } from '../../../shared/entry-kinds.ts';
import { Problem } from '../../../shared/errors.ts';
import { asEntryId, type LogId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { entryId } from '../../../shared/log/entry/leaf.ts';
import { readEntries, readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { auditTexts } from '../../../shared/messages/audit.ts';
import {
  endTurn,
  keepVerdicts,
  readVerdicts,
  type Turn,
  takeTurn,
  type Unsure,
} from '../../../shared/records/gateway/verdicts.ts';
import { evidenceWord, handlerOf, loggedInAs, officerDigest } from '../../session/actor.ts';
import { policyOf } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { Auditing } from '../deps.ts';

export interface Wanted {
  about: string;
  outcome: Outcome;
  note?: string | undefined;
  /** The person's earlier verdict that this one replaces. */
  supersedes?: string | undefined;
  /** So that the note is erased together with the subject. */
  logId?: LogId | undefined;
  /** Of a report: its code, and what it found. */
  finding?: { code: string; text: string };
}

/** `earlier`: the person's own verdict, which this one would have to supersede. */
export type Given = { about: string; outcome: Outcome } & ({ receipt: Receipt } | { earlier: string | null });

/**
 * Appends what is not given yet as one item of the log. A repeat of a verdict gets the receipt of the first.
 * @returns the verdicts in the same order
 * @throws Problem CONFLICT while another call of the same person gives some; as `LogWriter.append`
 */
export async function giveVerdicts(
  auditing: Auditing,
  session: Session,
  wanted: readonly Wanted[],
): Promise<Given[]> {
  if (wanted.length === 0) return [];
  const { watchTable: table, log, now } = auditing;
  const person = wordOf(session);
  const work = { abouts: wanted.map(({ about }) => about), ...(await log.next()), since: now() };
  const turn = await waitForTurn(auditing, person, work);
  const { unsure: all, run } = turn;
  let unsure = all.slice(0, -1);
  try {
    for (const before of unsure) {
      await keepVerdicts(table, person, await findGiven(auditing, session, before), now());
    }
    unsure = [];
    const given = await decide(auditing, person, wanted);
    const fresh = wanted.filter((_, i) => given[i] === undefined);
    if (fresh.length > 0) unsure = all.slice(-1);
    const receipts = fresh.length === 0 ? [] : await append(auditing, session, fresh);
    const kept = fresh.map(({ about }, i) => ({ about, receipt: receipts[i] as Receipt }));
    await keepVerdicts(table, person, kept, now());
    unsure = [];
    return wanted.map(({ about, outcome }, i) => {
      const receipt = kept.find((one) => one.about === about)?.receipt as Receipt;
      return given[i] ?? { about, outcome, receipt };
    });
  } finally {
    await endTurn(table, person, turn, unsure).catch(() => leave(table.client, run as string));
  }
}

/** The person who has logged in, otherwise the officer whom the office names. */
function wordOf(session: Session): string {
  return loggedInAs(session) ?? officerDigest(session.caller.clientId, session.grant.officer ?? '');
}

/** What the person has already said about each; `undefined` for what is to be appended. */
async function decide(
  { store, watchTable }: Auditing,
  person: string,
  wanted: readonly Wanted[],
): Promise<(Given | undefined)[]> {
  const known = await readVerdicts(
    watchTable,
    person,
    wanted.map(({ about }) => about),
  );
  const entries = [...known.values()].map(({ entry }) => entry);
  const stored = new Map<string, StoredEntry>(
    (await readEntriesById(store, entries)).map((one) => [one.id, one]),
  );
  return wanted.map(({ about, outcome, note, supersedes }) => {
    const receipt = known.get(about) as Receipt | undefined;
    if (!receipt) return supersedes === undefined ? undefined : { about, outcome, earlier: null };
    const first = stored.get(receipt.entry);
    const sameNote = first?.erased === true || first?.words.reason === note;
    if (first?.entry?.outcome === outcome && sameNote) return { about, outcome, receipt };
    return supersedes === receipt.entry ? undefined : { about, outcome, earlier: receipt.entry };
  });
}

/** As one item of the log, or as several if the notes are too long for one: each verdict is given once in any case. */
async function append(auditing: Auditing, session: Session, fresh: readonly Wanted[]): Promise<Receipt[]> {
  const policy = policyOf(await auditing.pack());
  try {
    return await auditing.log.append(fresh.map((one) => entryOf(session, policy, one)));
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'TOO_LARGE' || fresh.length === 1) throw error;
    const half = Math.ceil(fresh.length / 2);
    const first = await append(auditing, session, fresh.slice(0, half));
    return [...first, ...(await append(auditing, session, fresh.slice(half)))];
  }
}

function entryOf(
  session: Session,
  policy: ReturnType<typeof policyOf>,
  { about, outcome, note, supersedes, logId, finding }: Wanted,
): NewEntry {
  return {
    kind: 'review',
    handler: handlerOf(session),
    policy,
    outcome,
    about,
    ...defined({
      subject: logId,
      code: finding?.code,
      attempt: supersedes === undefined ? undefined : asEntryId(supersedes),
    }),
    words: {
      ...defined({ officer: session.grant.officer, reason: note, finding: finding?.text }),
      ...evidenceWord(session),
    },
  };
}

/** Pauses in milliseconds while another call of the person has the turn: a verdict takes less. */
const PAUSES = [50, 100, 200, 400, 800, 1500];

async function waitForTurn({ watchTable }: Auditing, person: string, work: Unsure): Promise<Turn> {
  const run = randomId();
  const isLeft = (other: string) => left.get(watchTable.client)?.has(other) === true;
  for (const pause of [...PAUSES, null]) {
    const turn = await takeTurn(watchTable, person, { run, ...work }, isLeft).catch((error) => {
      // It may have been stored.
      leave(watchTable.client, run);
      throw error;
    });
    if (turn) return turn;
    if (pause !== null) await setTimeout(pause);
  }
  throw new Problem('CONFLICT', { detail: auditTexts.verdictsRunning, headers: { 'retry-after': '5' } });
}

/** Runs that ended here while the table could not be told so. They run no more, so a repeat takes their turn at once. */
const left = new WeakMap<DynamoDBClient, Set<string>>();
const MOST_LEFT = 1_000;

function leave(client: DynamoDBClient, run: string): void {
  const runs = left.get(client) ?? new Set();
  if (runs.size < MOST_LEFT) left.set(client, runs.add(run));
}

/** Leaves of one item that hold verdicts of one call. */
const MOST = 100;

/** The verdicts that a call of unknown fate has appended: in its place, or wherever the log has them since. */
async function findGiven(
  { store }: Auditing,
  session: Session,
  { abouts, writer, seq, since }: Unsure,
): Promise<{ about: string; receipt: Receipt }[]> {
  const ids = Array.from({ length: MOST }, (_, leaf) => entryId({ writer, seq, leaf }));
  const wanted = new Set(abouts);
  const isOwn = ({ entry, ...stored }: StoredEntry) =>
    entry?.kind === 'review' && wanted.has(entry.about ?? '') && isBy(session, { entry, ...stored });
  const there = (await readEntriesById(store, ids)).filter(isOwn);
  const found = new Map(there.map((one) => [one.entry?.about ?? '', one]));
  for (const about of abouts.filter((one) => !found.has(one))) {
    const span = { from: since - MARGIN_MS, to: since + MARGIN_MS };
    const query = { ...span, filter: { about, kind: 'review' }, limit: MOST, asked: { about } };
    // The newest first.
    const [own] = (await readEntries(store, query)).entries.filter(isOwn);
    if (own) found.set(about, own);
  }
  return [...found].map(([about, { id, hash, signature, entry }]) => {
    const bytes = { leafHash: hash.toString('base64'), signature: Buffer.from(signature).toString('base64') };
    return { about, receipt: { entry: id, ...bytes, writer: entry?.writer ?? '', seq: entry?.seq ?? 0 } };
  });
}

/** How far the clocks of two instances and a slow append may differ. */
const MARGIN_MS = 120_000;

/** Whether a verdict is of the person of this session. */
export function isBy({ person, caller, grant }: Session, { entry, words }: StoredEntry): boolean {
  if (person) return words.person === JSON.stringify([person.issuer, person.subject]);
  if (words.person !== undefined || entry?.handler?.agency !== caller.clientId) return false;
  const digestOf = (officer = '') => officerDigest(caller.clientId, officer);
  return digestOf(words.officer) === digestOf(grant.officer);
}
