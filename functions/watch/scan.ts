/** Scans new entries of the log in the order of the tree and raises the alerts of the pack. */

import { defined } from '../../shared/defined.ts';
import { asEntryId, type EntryId, type LogId, type SubjectId } from '../../shared/ids.ts';
import type { TreeReader } from '../../shared/log/files/stores.ts';
import { readCheckpoint } from '../../shared/log/files/tree-files.ts';
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import { endingsOf } from '../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { listRecusals } from '../../shared/records/gateway/recusals.ts';
import { markToTell } from '../../shared/records/gateway/to-tell.ts';
import { listDecoys } from '../../shared/records/gateway/watch-marks.ts';
import { queryAll, type Table } from '../../shared/store/table.ts';
import { FAULTS } from '../../shared/tables.ts';
import { judge } from '../../shared/tree/judge.ts';
import type { Verifier } from '../../shared/tree/note.ts';
import { parsePolicy } from '../../shared/tree/witness-policy.ts';
import { POLICY_PATH, WITNESSED_PATH } from '../../shared/witness/received.ts';
import { Work } from '../http/scheduled.ts';
import { raised } from '../steps/findings.ts';
import { codeThatRuns, foreignWriters, type Looking as LookingAtCode, NOTHING_FOUND } from './code.ts';
import { alertOf, type Match, sealedEntry } from './found.ts';
import { type Alert, type Raising, raiseOnce } from './raise.ts';
import { endOfBundle, outsideOf, type ReadLeaf, readLeaves } from './read-leaves.ts';
import { isLook, runRules } from './rules.ts';
import { HEARD, silentSources } from './silent.ts';
import { forget, recall, remember, swap } from './state.ts';

export interface Watch extends Raising {
  tree: TreeReader;
  log: Raising['log'];
  /** Checks checkpoints. */
  verifier(): Promise<Verifier>;
  pack(): Promise<Pack>;
  treeTable: Table;
  logIdOf(subject: SubjectId): Promise<LogId | null>;
  /** Whether people are informed of alerts and second persons. */
  tells: boolean;
  /** The key of releases, or `none`. */
  releaseKey: string;
  /** Asks what functions run; `null` if no look is due. */
  look(): LookingAtCode['running'] | null;
}

export interface ScanResult {
  /** Leaves that were scanned. */
  leaves: number;
  /** New entries, and how many of them an officer must review at once. */
  raised: number;
  grave: number;
  /** Erasures of people's records that two people asked for. */
  erasures: number;
  /** Leaves that are not scanned yet. */
  behind: number;
}

const CURSOR = { part: 'cursor', item: 'alerts' };

/** Scans at most one bundle. After a crash it repeats the scan of the same leaves. */
export async function scan(watch: Watch): Promise<ScanResult> {
  const checkpoint = await readCheckpoint(watch.tree, await watch.verifier());
  const size = checkpoint?.size ?? 0;
  const before = (await recall(watch.state, CURSOR))?.['at']?.S ?? null;
  const { from, until } = await begin(watch.state, before, size);
  // After the checkpoint: a decoy that an entry in it is about is among them.
  const decoys = new Map((await listDecoys(watch.state)).map(({ logId, since }) => [logId, since]));
  const entries = until > from ? await newEntries(watch, from, until, decoys.size > 0) : [];
  const pack = await watch.pack();
  const outcomes = await runRules({
    state: watch.state,
    pack,
    entries,
    decoys,
    recusals: await listRecusals(watch.state, watch.now()),
    logIdOf: watch.logIdOf,
    asOf: until < size ? Date.parse(entries.at(-1)?.entry.time ?? '1970-01-01') : watch.now(),
  });
  const found = outcomes.flatMap((outcome) => outcome.found);
  const outside = await outsideOf(watch.store, entries);
  const silence =
    (await new Work('sources').step(() => silentSources(watch.state, pack, watch.now()))) ?? HEARD;
  const running = watch.look();
  const code =
    (running && (await new Work('code').step(() => codeThatRuns({ ...watch, running }, pack)))) ??
    NOTHING_FOUND;
  // No step of its own: the cursor moves past these entries, so the scan must fail and be repeated.
  const foreign = await foreignWriters(watch, entries, pack);
  const alerts = [
    ...alertsOf(found, entries, `${from}-${until}`),
    ...(await chainFaults(watch, pack)),
    ...outside.map(({ entry, fault }) => faultAlert(pack, entry, fault)),
    ...partsThatEnd(watch, pack),
    ...((await new Work('witnesses').step(() => witnessesLate(watch, pack))) ?? []),
    ...silence.alerts,
    ...code.alerts,
    ...foreign,
    ...indexLost(entries, pack),
  ];
  const count = await raiseOnce(watch, 'alerts', alerts);
  // The alerts are in the log: after a crash from here on, the next scan finds the same ones and raises none.
  for (const { save } of [...outcomes, silence, code]) await save();
  if (watch.tells) await markEntries(watch, entries, `${from}-${until}`);
  const done = await swap(watch.state, CURSOR, 'at', `${from}-${until}`, `${until}-`);
  if (!done) throw new Error('another watch is running');
  const erasures = entries.filter(isErasure).length;
  return { leaves: until - from, ...count, erasures, behind: Math.max(0, size - until) };
}

/** Outcomes of acts that wait for another person. */
const SECOND: ReadonlySet<string> = new Set(['pending', 'lifting', 'submitted']);

/** Marks that people should look: a repeated scan of the same leaves marks the same. No message is made of sealed findings. */
async function markEntries({ state, now }: Watch, entries: readonly ReadLeaf[], key: string): Promise<void> {
  const alerts = entries.filter(({ entry }) => entry.kind === 'alert').length;
  const seconds = entries.filter(({ entry }) => SECOND.has(entry.outcome ?? ''));
  const byOffice = Map.groupBy(seconds, ({ entry }) => entry.handler?.agency);
  if (alerts > 0) await markToTell(state, key, { of: 'alert', count: alerts, at: now() });
  for (const [office, { length: count }] of byOffice)
    await markToTell(state, `${key} ${office}`, { of: 'second', count, at: now(), ...defined({ office }) });
}

/** Not the end of a retention, which comes for many people at once, and not a repeat. */
function isErasure({ entry: { kind, outcome, code } }: ReadLeaf): boolean {
  return kind === 'erasure' && outcome === 'erased' && code === undefined;
}

/** Stores the range of leaves of this scan, unless an earlier scan has stored it. */
async function begin(
  state: Table,
  before: string | null,
  size: number,
): Promise<{ from: number; until: number }> {
  const [from = 0, begun] = (before ?? '0-')
    .split('-')
    .map((text) => (text === '' ? undefined : Number(text)));
  if (begun !== undefined) return { from, until: begun };
  const until = endOfBundle(from, Math.max(from, size));
  if (!(await swap(state, CURSOR, 'at', before, `${from}-${until}`)))
    throw new Error('another watch is running');
  return { from, until };
}

/** Most entries are of intakes, and of those only the rule about decoys looks at the person. */
const isIntake = (kind: string) => kind === 'intake';

async function newEntries(watch: Watch, from: number, until: number, decoys: boolean): Promise<ReadLeaf[]> {
  const passes = decoys ? undefined : isIntake;
  return readLeaves(watch.store, watch.tree, await watch.verifier(), from, until, passes);
}

/** Kinds without a sealed entry: acts of this function and of the officers. A reading may also be an office's look. */
const OWN = new Set(['alert', 'watch', 'review', 'reading', 'writer', 'deployment']);

/** Ways to look whose findings would tell an office whom it looked at. */
const SEALED_LOOKS: ReadonlySet<string | undefined> = new Set(['decoy', 'recused']);

function alertsOf(found: readonly Match[], entries: readonly ReadLeaf[], key: string): Alert[] {
  const sealed = found.filter(({ alert }) => SEALED_LOOKS.has(alert.when?.look));
  const shown = found.filter((one) => !sealed.includes(one)).map((one) => alertOf(one, key));
  const looked = entries.some(({ entry }) => !OWN.has(entry.kind) || isLook(entry));
  return looked ? [...shown, sealedEntry(sealed, key)] : shown;
}

/** One alert for each bad entry of a chain that does not verify, as the sequencer stored them. */
async function chainFaults({ treeTable }: Pick<Watch, 'treeTable'>, pack: Pack): Promise<Alert[]> {
  const items = await queryAll(treeTable, 'part = :part', { part: FAULTS });
  return items.map(({ item, fault }) => faultAlert(pack, asEntryId(item?.S ?? ''), fault?.S ?? 'fault'));
}

function faultAlert(pack: Pack, entry: EntryId, fault: string): Alert {
  return {
    key: `CHAIN_FAULT ${entry}`,
    grave: true,
    entry: { ...raised('CHAIN_FAULT', `${fault} at ${entry}`, pack), about: entry },
  };
}

/** One alert for the records that a sweep has made to be found again: until then the next write made a second one of each. */
function indexLost(entries: readonly ReadLeaf[], pack: Pack): Alert[] {
  const again = entries.filter(
    ({ entry: { kind, operation, outcome } }) =>
      kind === 'maintenance' && operation === 'store' && outcome === 'restored',
  );
  const [first] = again;
  if (!first) return [];
  const finding = `${again.length} index values led nowhere, as after a loss of rows, and a sweep made them again`;
  const entry = { ...raised('INDEX_LOST', finding, pack), about: first.entry.id };
  return [{ key: `INDEX_LOST ${first.entry.id}`, grave: true, entry }];
}

/** One alert for each part of the policy that ends soon; raised again once it is no longer remembered. */
function partsThatEnd({ now }: Pick<Watch, 'now'>, pack: Pack): Alert[] {
  return endingsOf(pack, now()).map(({ code, name, until }) => {
    const about = code === 'CALENDAR_ENDS' ? until : `${name} ${until}`;
    const { words: _, ...said } = raised(code, '', pack);
    return { key: `${code} ${about}`, entry: { ...said, about } };
  });
}

/** Whether enough of the operator's witnesses have seen the log lately. Nothing waits for them, so an officer is told. */
const CODE = 'WITNESSES_LATE';
/** Seconds: a round gives way after ten minutes, so that one without a quorum alone is no alert. */
const LATE = 15 * 60;
/** Since when no quorum has been seen whose own time could say it. */
const LACKING = { part: 'witnesses', item: 'lacking' };

interface Looking {
  tree: TreeReader;
  state: Table;
  now(): number;
  verifier(): Promise<Verifier>;
}

/** One alert for each time that they fall behind; none without a policy. @throws PolicyError, which stops no other alert */
async function witnessesLate({ tree, state, now, verifier }: Looking, pack: Pack): Promise<Alert[]> {
  const text = await tree.read(POLICY_PATH);
  if (!text) return [];
  const policy = parsePolicy(sha256, Buffer.from(text).toString('utf8'));
  const log = await verifier();
  const note = await tree.read(WITNESSED_PATH);
  const how = { verify: verifyCosignature, now: now(), fresh: LATE };
  const { fault, since, by, without } = await judge(policy, log, note, how);
  const known = (await recall(state, LACKING))?.['since']?.N;
  if (!fault || fault === 'OLD') {
    if (known !== undefined) await forget(state, LACKING);
    if (!fault) return [];
  }
  const from = since ?? Number(known ?? Math.floor(now() / 1000));
  if (since === null && known === undefined) await remember(state, LACKING, { since: { N: String(from) } });
  if (now() / 1000 - from <= LATE) return [];
  const names = [by.map(({ name }) => name).join(', ') || 'nobody', without.join(', ') || 'nobody'];
  const at = new Date(from * 1000).toISOString();
  const finding = `${fault}: no quorum has seen the log since ${at}; the last one is by ${names[0]}, without ${names[1]}`;
  return [{ key: `${CODE} ${from}`, grave: true, entry: raised(CODE, finding, pack) }];
}
