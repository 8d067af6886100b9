/** The model of two sequencers on the gateway's own, over its tables and a folder, with its log writers. */
import { type Batch, openBatch } from '../../../functions/sequencer/batch.ts';
import { type Collected, collect } from '../../../functions/sequencer/collect.ts';
import { decide, removeStale } from '../../../functions/sequencer/decide.ts';
import type { SequencerDeps } from '../../../functions/sequencer/deps.ts';
import { nextBatch } from '../../../functions/sequencer/next-batch.ts';
import { publish } from '../../../functions/sequencer/publish.ts';
import { type Recovered, recover } from '../../../functions/sequencer/recover.ts';
import { appendOne } from '../../../functions/steps/log.ts';
import { parseCheckpoint } from '../../../shared/tree/checkpoint.ts';
import { decision } from '../../log/log.ts';
import { openRealWorld } from '../../sequencer/real-stores.ts';
import type { Picks, Value } from '../quint.ts';
import type { Replay } from './replay.ts';

/** One process, between two steps of the model. */
interface Sequencer {
  deps: SequencerDeps;
  last: Recovered;
  collected?: Collected;
  next?: Batch;
}

const WRITERS = ['intake', 'release'] as const;

export async function openSequencers(): Promise<Replay> {
  const world = await openRealWorld();
  const writers = new Map(WRITERS.map((name) => [name as string, world.writer()]));
  const chains = new Map<string, string>();
  for (const [name, writer] of writers) chains.set(name, (await writer.next()).writer);
  // The certificates of the writers are in the tree before the trace begins.
  await world.drain();
  const deps = await world.open();
  const decidedOf = async () => {
    const lock = (await deps.lock.read()) ?? '';
    return openBatch(lock, (path) => deps.files.read(path));
  };
  /** Size of a tree to the model's, which counts neither certificates nor counts of persons. */
  const sizes = new Map([[(await decidedOf()).checkpoint.size, 0]]);
  const processes = new Map<string, Sequencer>();
  const at = ({ s = '' }: Picks) => processes.get(s) as Sequencer;
  const decidedBy = async () => {
    const { heads } = await decidedOf();
    return countsOf((name) => heads.find(({ writer }) => writer === chains.get(name))?.seq ?? 0);
  };
  return {
    steps: {
      store: ({ w = '' }) => appendOne(writers.get(w) as never, decision()),
      async recover({ s = '' }) {
        const own = await world.open();
        processes.set(s, { deps: own, last: await recover(own) });
      },
      async collect(picks) {
        const one = at(picks);
        one.collected = await collect(one.deps, one.last.batch, one.last.registered);
      },
      async decide(picks) {
        const { deps: own, last, collected } = at(picks);
        const times = { now: own.now(), until: last.batch.until };
        const next = await nextBatch(own, last, collected as Collected, times);
        if (!next || !(await decide(own, last, next))) return;
        at(picks).next = next;
        const { intake = 0, release = 0 } = await decidedBy();
        sizes.set(next.checkpoint.size, intake + release);
      },
      async publish(picks) {
        const { deps: own, last, next } = at(picks);
        await publish(own, next as Batch);
        await removeStale(own, last, next as Batch);
      },
      async publishHalf(picks) {
        const { deps: own, next } = at(picks);
        const swap = async () => Promise.reject(new Error('the process died'));
        await publish({ ...own, published: { ...own.published, swap } }, next as Batch).catch(() => {});
      },
      die: async () => {},
    },
    async view() {
      const stored = await Promise.all(
        WRITERS.map(async (name) => {
          const items = await deps.writers.itemsAfter(chains.get(name) as string, 0, 100);
          return [name, items.length] as const;
        }),
      );
      const note = await deps.published.read();
      return {
        stored: Object.fromEntries(stored),
        decided: await decidedBy(),
        signed:
          sizes.get((note && parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))?.size) || 0) ?? -1,
      };
    },
    abstract: ({ stored = {}, decided = [], signed = 0 }) => ({
      stored,
      decided: countsOf((name) => (decided as Value[]).filter((one) => (one as Value[])[0] === name).length),
      signed,
    }),
    async close() {
      // A fresh process completes what is decided, and the whole log verifies.
      await world.drain();
      await world.check();
      await world.close();
      world.remove();
    },
  };
}

const countsOf = (count: (name: string) => number) =>
  Object.fromEntries(WRITERS.map((name) => [name, count(name)]));
