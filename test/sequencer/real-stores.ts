/** The sequencer over the local tables and a folder, with the gateway's own writers and faults at every write. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withTables } from '../../functions/deps.ts';
import { openSequencer } from '../../functions/sequencer/app.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';
import { openStore } from '../../infra/local/aws/store.ts';
import { localSettings, writerKeyOf } from '../../infra/local/settings.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { LogWriter } from '../../shared/log/write/writer.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import { ALL_KINDS, ANY_KINDS } from '../log/log.ts';
import type { Fate } from './world.ts';

export type RealWorld = Awaited<ReturnType<typeof openRealWorld>>;

/** @param from folder of a closed world, to continue in a copy */
export async function openRealWorld(from?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-log-'));
  if (from !== undefined) cpSync(from, folder, { recursive: true });
  const tree = join(folder, 'log');
  const clock = { now: Date.parse('2025-11-25T08:00:00.000Z') };
  const now = () => clock.now;
  const store = await openStore(join(folder, 'store'));
  const ring = openKeyRing(join(folder, 'keys.json'), now);
  const client = localKms(ring, openTrail(null), now).client('sequencer');
  const env = localSettings('http://127.0.0.1:8787', ring, store.tables, ['identity']);
  const parts = withTables({ env, kms: client, dynamo: store.client(), now });
  const plan = { writes: 0, fate: (_write: number): Fate => 'fine' };
  const guarded = <Args extends unknown[], T>(act: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      const fate = plan.fate(plan.writes++);
      if (fate === 'not stored') throw new Error('injected: not stored');
      const result = await act(...args);
      if (fate === 'stored') throw new Error('injected: stored');
      return result;
    };
  };
  const open = async () => {
    const deps = await openSequencer({ ...parts, tree: openLogFolder(tree), kinds: ANY_KINDS });
    const { files, lock, published, writers, persons, index } = deps;
    return {
      ...deps,
      files: { ...files, create: guarded(files.create), remove: guarded(files.remove) },
      lock: { ...lock, swap: guarded(lock.swap) },
      published: { ...published, swap: guarded(published.swap) },
      writers: {
        ...writers,
        place: guarded(writers.place),
        retire: guarded(writers.retire),
        forget: guarded(writers.forget),
      },
      persons: { ...persons, count: guarded(persons.count) },
      index: { ...index, add: guarded(index.add), advance: guarded(index.advance) },
    };
  };
  const newTestWriter = () =>
    new LogWriter({
      ...{ dynamo: parts.dynamo, table: env.logTable, wordsTable: env.wordsTable, treeTable: env.treeTable },
      sign: (message) => kmsSign(parts.kms, writerKeyOf(env, 'release'), 'ED25519_SHA_512', message),
      ...{ now: parts.now, name: 'release', kinds: ALL_KINDS, ANY_KINDS },
    });
  const read = async (path: string) => {
    try {
      return readFileSync(join(tree, path));
    } catch {
      return null;
    }
  };
  return {
    folder,
    clock,
    env,
    parts,
    plan,
    open,
    read,
    writer: newTestWriter,
    /** Steps of a process that has just begun, until nothing is left. */
    async drain() {
      const deps = await open();
      for (let step = await sequence(deps); step.sequenced > 0 || step.lost || step.behind; )
        step = await sequence(deps);
    },
    async check(remembered?: Checkpoint) {
      const { log, certifiers } = await open();
      return checkLog({ read, log, certifiers, ...(remembered && { remembered }) });
    },
    close: () => store.close(),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
