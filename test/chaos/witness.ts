/** Kills of a witness at any moment, while one key signs two histories for it. It never cosigns two roots of one size. */
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeeper, filesIn, openKeeper } from '../../infra/cli/witness/keeper.ts';
import type { Seen } from '../../shared/witness/witness.ts';
import { makeLog } from '../witness/log.ts';
import { newJournal } from './load.ts';
import type { Sent } from './witness-child.ts';

const CHILD = join(import.meta.dirname, 'witness-child.ts');
/** Milliseconds of a witness after its first word. */
const LONGEST = 60;
/** Kills after which it says how far it is. */
const EACH = 500;

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
  const { journal, fork: proof } = filesIn(folder);
  const violations: string[] = [];
  /** Roots that have left a witness, by size. */
  const left = new Map<number, string>();
  /** Roots and notes of both histories, by size. */
  const shown = new Map<number, { roots: string[]; notes: Uint8Array[] }>();
  let largest = 0;
  let size = 0;
  let refused = 0;
  let unsaid = 0;
  const saw = ({ size, root }: Seen, isOut: boolean) => {
    const text = Buffer.from(root).toString('base64');
    const known = left.get(size);
    if (known !== undefined && known !== text) violations.push(`two roots of size ${size}`);
    if (isOut) left.set(size, text);
    largest = Math.max(largest, size);
  };
  /** Which of the two histories it has. */
  const mine = ({ size, root }: Seen) =>
    Math.max(0, shown.get(size)?.roots.indexOf(Buffer.from(root).toString('base64')) ?? 0) as 0 | 1;
  // What is killed never stores what it has compiled, and this is two thirds of its time.
  const env = { NODE_COMPILE_CACHE: join(folder, 'compiled'), ...process.env };
  spawnSync(process.execPath, [CHILD, folder], { env, stdio: 'inherit' });
  try {
    for (let kill = 0; kill < kills; kill++) {
      rmSync(proof, { force: true });
      const child = fork(CHILD, [folder], { serialization: 'advanced', stdio: 'inherit', env });
      const ended = new Promise((done) => child.once('close', done));
      const end = () => child.kill('SIGKILL');
      // Half of them die as soon as the journal has grown, so before, in or right after its fsync.
      const writes = kill % 2 === 0 ? null : watch(journal, () => setTimeout(end, Math.random() * 2));
      let last: Seen | null | undefined;
      let open = 0;
      child.on('message', async (said: Said) => {
        if (last === undefined) {
          last = said.last ?? null;
          const { size: at } = last ?? { size: 0 };
          if (at < largest) violations.push(`kill ${kill}: cosigned ${largest}, knows ${at}`);
          if (at > largest) unsaid++;
          if (last) saw(last, false);
          setTimeout(end, Math.random() * LONGEST);
        } else open--;
        if (said.cosigned) {
          last = said.cosigned;
          saw(last, true);
        }
        if (said.refused) refused++;
        if (open > 0 || said.refused === 'forked') return;
        const { size: at } = last ?? { size: 0 };
        const own = last ? mine(last) : 0;
        const send = (sent: Sent) => {
          open++;
          // It may have ended meanwhile.
          if (child.connected) child.send(sent, () => {});
        };
        size = Math.max(size, at) + 1 + Math.floor(Math.random() * 3);
        const both = trees.map((tree) => tree.note(size));
        shown.set(size, { roots: both.map(rootIn), notes: both });
        const proofs = await Promise.all(trees.map((tree) => (at > 0 ? tree.proof(at, size) : [])));
        const grown = (which: 0 | 1) =>
          send({ note: both[which] as Uint8Array, old: at, proof: proofs[which] as Uint8Array[] });
        const foreign = (1 - own) as 0 | 1;
        const known = shown.get(at)?.notes[foreign];
        // The other history at the size that it knows, longer, or at a size that it is just writing down.
        if (known && Math.random() < 0.05) send({ note: known, old: at, proof: [] });
        if (Math.random() < 0.3) grown(foreign);
        grown(own);
        if (Math.random() < 0.1) send({ note: both[foreign] as Uint8Array, old: size, proof: [] });
      });
      await ended;
      writes?.close();
      if (last === undefined) violations.push(`kill ${kill}: the witness did not start`);
      if ((kill + 1) % EACH === 0 && kill + 1 < kills)
        console.log(`${kill + 1} kills, ${left.size} checkpoints cosigned, ${violations.length} violations`);
    }
    rmSync(proof, { force: true });
    openKeeper(folder).close();
    const drafts = readdirSync(folder).filter((name) => name.endsWith('.new'));
    if (drafts.length > 0) violations.push(`left behind: ${drafts.join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const did = `${kills} kills -9 of a witness, ${left.size} checkpoints cosigned up to ${largest} entries, ${refused} refused, ${unsaid} killed between journal and answer`;
  return { did, journal: newJournal(''), violations };
}

const rootIn = (note: Uint8Array) => Buffer.from(note).toString('utf8').split('\n')[2] ?? '';
