/**
 * The code that runs: an entry for each version of a function that is new or has changed, and an alert for code that no signed
 * build of a release names.
 */
import type { TreeReader } from '../../shared/log/files/stores.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Table } from '../../shared/store/table.ts';
import {
  BUILDS_PATH,
  type Build,
  buildOf,
  formatRuns,
  openBuilds,
  type Runs,
} from '../../shared/tree/builds.ts';
import { parseVerifier } from '../../shared/tree/note.ts';
import { GATEWAY } from '../session/actor.ts';
import { raised } from '../steps/findings.ts';
import type { Alert } from './raise.ts';
import type { ReadLeaf } from './read-leaves.ts';
import { forget, recall, recallEach, remember } from './state.ts';

/** One version of a function. */
export type Running = Omit<Runs, 'release'>;

export interface Looking {
  state: Table;
  tree: TreeReader;
  now(): number;
  /** The key of releases, or `none`: then no build is demanded. */
  releaseKey: string;
  /** @throws Error if it can't be found out now */
  running(): Promise<readonly Running[]>;
}

export interface Found {
  alerts: Alert[];
  /** Runs after the alerts are in the log; may be repeated. */
  save(): Promise<void>;
}

export const NOTHING_FOUND: Found = { alerts: [], save: async () => {} };

const CODE = 'CODE_UNKNOWN';
const PART = 'code';
/** Since when it could not be found out. */
const UNASKED = { part: 'asking', item: 'code' };
/** Milliseconds: a look that fails for longer is an alert, since an operator could forbid it. */
const PATIENCE = 3_600_000;

/** What is known of a version: what it ran, and how often that has changed. */
interface Known {
  item: string;
  runs: string;
  changes: number;
}

/** Writers whose certificate names a package that no build has: what the function says of itself, and so only ever too little. */
export async function foreignWriters(
  looking: Pick<Looking, 'tree' | 'releaseKey'>,
  leaves: readonly ReadLeaf[],
  pack: Pack,
): Promise<Alert[]> {
  const certified = leaves.flatMap(({ entry: { id, certificate: one } }) =>
    one?.build === undefined ? [] : [{ id, name: one.name, code: one.build }],
  );
  if (looking.releaseKey === 'none' || certified.length === 0) return [];
  const builds = await buildsOf(looking);
  return certified
    .filter(({ name, code }) => !buildOf(builds, { name, code }))
    .map(({ id, name, code }) => {
      const finding = `a writer of ${name} runs the package ${code}, which no signed build names`;
      return { key: `${CODE} ${id}`, grave: true, entry: { ...raised(CODE, finding, pack), about: id } };
    });
}

export async function codeThatRuns(looking: Looking, pack: Pack): Promise<Found> {
  const { state, releaseKey } = looking;
  let running: readonly Running[];
  try {
    running = await looking.running();
  } catch {
    return unasked(looking, pack);
  }
  const builds = releaseKey === 'none' ? null : await buildsOf(looking);
  const known = new Map(
    (
      await recallEach(state, PART, ({ item, runs, changes }): Known => {
        return { item: item?.S ?? '', runs: runs?.S ?? '', changes: Number(changes?.N) };
      })
    ).map((one) => [one.item, one]),
  );
  const alerts: Alert[] = [];
  const fresh: Known[] = [];
  for (const one of running) {
    const item = `${one.name} ${one.version}`;
    const before = known.get(item);
    known.delete(item);
    const release = buildOf(builds ?? [], { name: one.name, archive: one.archive })?.release ?? '-';
    const runs = formatRuns({ ...one, release: '-' });
    const changes = (before?.changes ?? 0) + (before?.runs === runs ? 0 : 1);
    const key = `${item} ${changes}`;
    if (before?.runs !== runs) {
      fresh.push({ item, runs, changes });
      alerts.push({ key: `deployment ${key}`, entry: entryOf({ ...one, release }) });
    }
    if (builds === null || release !== '-') continue;
    const finding = `${one.name} ${one.version} runs the archive ${one.archive}, which no signed build names`;
    alerts.push({ key: `${CODE} ${key}`, grave: true, entry: raised(CODE, finding, pack) });
  }
  return {
    alerts,
    async save() {
      for (const { item, runs, changes } of fresh)
        await remember(state, { part: PART, item }, { runs: { S: runs }, changes: { N: String(changes) } });
      for (const item of known.keys()) await forget(state, { part: PART, item });
      await forget(state, UNASKED);
    },
  };
}

function entryOf(runs: Runs): Alert['entry'] {
  return {
    kind: 'deployment',
    handler: GATEWAY,
    outcome: 'changed',
    about: runs.name,
    runs: formatRuns(runs),
  };
}

/** None by a setting that is no key, so that all code is unknown. @throws the error of the log's files */
async function buildsOf({ tree, releaseKey }: Pick<Looking, 'tree' | 'releaseKey'>): Promise<Build[]> {
  const key = parseVerifier(sha256, releaseKey);
  if (!key) return [];
  const text = await tree.read(BUILDS_PATH);
  return openBuilds(Buffer.from(text ?? []).toString('utf8'), key, verifyEd25519);
}

async function unasked({ state, now }: Looking, pack: Pack): Promise<Found> {
  const known = (await recall(state, UNASKED))?.['since']?.N;
  if (known === undefined) await remember(state, UNASKED, { since: { N: String(now()) } });
  const since = Number(known ?? now());
  if (now() - since <= PATIENCE) return NOTHING_FOUND;
  const at = new Date(since).toISOString();
  const finding = `Lambda has not said since ${at} what the functions run`;
  return {
    ...NOTHING_FOUND,
    alerts: [{ key: `${CODE} ${at}`, grave: true, entry: raised(CODE, finding, pack) }],
  };
}
