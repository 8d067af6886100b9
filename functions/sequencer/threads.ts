/**
 * Checks chains in threads of the function's own process. They run the same code with the same rights, so what they answer needs
 * no proof, and nothing about a check is stored. A thread that fails, ends or is late loses its work to the sequencer's own thread.
 */

import { parentPort, type Worker } from 'node:worker_threads';
import type { Check, Checked, Group } from './checked.ts';
import type { Checkers } from './deps.ts';

/** What a thread is asked, and what it answers. */
interface Question {
  id: number;
  group: Group;
}
interface Answer {
  id: number;
  /** Absent if the check failed. */
  checked?: Checked[];
}

/** Milliseconds after which a thread is given up; 2,000 leaves take a second. */
const LATE = 5_000;

/** @param start starts a thread that runs `serveChecks`. @param own checks in this thread */
export function threadCheckers(
  size: number,
  start: () => Worker,
  own: Check,
  { late = LATE }: { late?: number } = {},
): Checkers {
  const idle = new Set<Worker>();
  const begin = () => {
    const worker = start();
    // One that ends while nothing is asked of it is not asked again.
    worker.on('error', () => {}).on('exit', () => idle.delete(worker));
    worker.unref();
    return worker;
  };
  let asked = 0;
  return {
    size,
    async check(group) {
      const [worker = begin()] = idle;
      idle.delete(worker);
      try {
        const checked = await answerOf(worker, { id: ++asked, group }, late);
        idle.add(worker);
        return checked;
      } catch {
        void worker.terminate();
        return own(group);
      }
    },
  };
}

/** @throws Error if the thread fails, ends or is late */
async function answerOf(worker: Worker, question: Question, late: number): Promise<Checked[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Checked[]>();
  const timer = setTimeout(() => reject(new Error('the thread is late')), late);
  const hear = ({ id, checked }: Answer) => {
    if (id !== question.id) return;
    if (checked) resolve(checked);
    else reject(new Error('the thread could not check'));
  };
  worker.on('message', hear).once('error', reject).once('exit', reject);
  worker.postMessage(question);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off('message', hear).off('error', reject).off('exit', reject);
  }
}

/** Answers questions in a thread, one after the other. */
export function serveChecks(check: Check): void {
  const port = parentPort;
  const answer = (one: Answer) => port?.postMessage(one);
  port?.on('message', ({ id, group }: Question) => {
    check(group).then(
      (checked) => answer({ id, checked: checked.map(apart) }),
      () => answer({ id }),
    );
  });
}

/** Signatures are views of larger buffers, which would be copied whole. */
function apart(checked: Checked): Checked {
  const items = checked.items.map((item) => ({
    ...item,
    signatures: item.signatures.map((bytes) => Uint8Array.from(bytes)),
  }));
  return { ...checked, items };
}
