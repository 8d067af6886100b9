/** A thread that checks the chains of a test's world, or does what a broken one would. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkChains } from '../../functions/sequencer/check-chains.ts';
import type { Writers } from '../../functions/sequencer/deps.ts';
import { serveChecks } from '../../functions/sequencer/threads.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import type { World } from './world.ts';

/** What a test's thread does when it is asked. */
export type Mood = 'honest' | 'dies' | 'fails' | 'is silent';

export interface ThreadData extends Pick<World, 'tables' | 'secrets' | 'places'> {
  certifiers: World['deps']['certifiers'];
  mood: Mood;
}

const { tables, secrets, places, certifiers, mood } = workerData as ThreadData;
const writers: Pick<Writers, 'itemsAfter' | 'secrets' | 'isPlaced'> = {
  isPlaced: async (writer) => places.has(`${writer}-0`),
  itemsAfter: async (writer, seq, limit) => {
    if (mood === 'fails') throw new Error('the store does not answer');
    return ((tables.get(writer) ?? []) as LogItem[]).filter((item) => item.seq > seq).slice(0, limit);
  },
  secrets: async () => secrets,
};

if (mood === 'dies') parentPort?.on('message', () => process.exit(1));
else if (mood === 'is silent') parentPort?.on('message', () => {});
else serveChecks((group) => checkChains({ writers: writers as Writers, certifiers }, group));
