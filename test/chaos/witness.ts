/** Kills of a witness at any moment, while one key signs two histories for it. It never cosigns two roots of one size. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeeper, filesIn } from '../../infra/cli/witness/keeper.ts';
import type { Seen } from '../../shared/witness/witness.ts';
import { makeLog } from '../witness/log.ts';
import { newJournal } from './load.ts';
import type { Sent } from './witness-child.ts';

const CHILD = join(import.meta.dirname, 'witness-child.ts');
/** Milliseconds of a witness after its first word. */
const LONGEST = 60;

interface Said {
  last?: Seen | null;
  cosigned?: Seen;
  refused?: string;
}

export async function killWitness(kills: number) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-witness-'));
  const { log, history } = makeLog();
  const trees = [history('shown to one'), history('shown to another')] as const;
  createKeeper(folder, 'killed.example', log);
  const violations: string[] = [];
  /** Roots that have left a witness, by size. */
  const left = new Map<number, string>();
  /** Notes of both histories, by size. */
  const notes = new Map<number, Uint8Array[]>();
  let largest = 0;
  let size = 0;
  let refused = 0;
  const saw = (seen: Seen | null | undefined, isOut: boolean) => {
    if (!seen) return;
    const root = Buffer.from(seen.root).toString('base64');
    const known = left.get(seen.size);
    if (known !== undefined && known !== root) violations.push(`two roots of size ${seen.size}`);
    if (isOut) left.set(seen.size, root);
    largest = Math.max(largest, seen.size);
  };
  try {
    for (let kill = 0; kill < kills; kill++) {
      rmSync(filesIn(folder).fork, { force: true });
      const child = fork(CHILD, [folder], { serialization: 'advanced', stdio: 'inherit' });
      const ended = new Promise((done) => child.once('close', done));
      let at = -1;
      await new Promise<void>((ready) => {
        child.on('message', async (said: Said) => {
          if (said.last !== undefined && at < 0) {
            at = said.last?.size ?? 0;
            if (at < largest) violations.push(`kill ${kill}: cosigned ${largest}, knows ${at}`);
            saw(said.last, false);
            setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST);
            ready();
          }
          if (said.cosigned) {
            saw(said.cosigned, true);
            at = said.cosigned.size;
          }
          if (said.refused) refused++;
          if (said.refused === 'forked') return;
          const other = said.last && notes.get(said.last.size);
          // What it cosigned before it was killed, of the other history.
          if (other && Math.random() < 0.5)
            for (const note of other) offer(child, { note, old: at, proof: [] });
          size = Math.max(size, at) + 1 + Math.floor(Math.random() * 3);
          const both = trees.map((tree) => tree.note(size));
          notes.set(size, both);
          const first = Math.random() < 0.5 ? [0, 1] : [1, 0];
          for (const which of first) {
            const proof = at > 0 ? await (trees[which] as (typeof trees)[0]).proof(at, size) : [];
            offer(child, { note: both[which] as Uint8Array, old: at, proof });
          }
          if (Math.random() < 0.1) for (const note of both) offer(child, { note, old: size, proof: [] });
        });
        child.once('close', () => ready());
      });
      await ended;
      if (at < 0) violations.push(`kill ${kill}: the witness did not start`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const did = `${kills} kills -9 of a witness, ${left.size} checkpoints cosigned up to ${largest} entries, ${refused} refused`;
  return { did, journal: newJournal(''), violations };
}

function offer(child: ChildProcess, sent: Sent): void {
  // It may have ended meanwhile.
  if (child.connected) child.send(sent, () => {});
}
