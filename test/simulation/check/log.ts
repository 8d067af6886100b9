/** The log after a run: it verifies from every checkpoint that was seen, and holds what receipts promise. */
import { openSequencer } from '../../../functions/sequencer/app.ts';
import { s3Store } from '../../../functions/sequencer/stores/s3.ts';
import { checkLog } from '../../../shared/log/check/check-log.ts';
import { sha256, verifyEd25519 } from '../../../shared/log/node-crypto.ts';
import { openCheckpoint } from '../../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, grow, rootOf } from '../../../shared/tree/grow.ts';
import type { Verifier } from '../../../shared/tree/note.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../../shared/tree/tiles.ts';
import type { Stage } from '../world/stage.ts';

export async function logFaults(stage: Stage): Promise<string[]> {
  const { gateway, history } = stage;
  const { env, kms, dynamo, tables, now } = gateway;
  const tree = s3Store({ s3: gateway.operatorS3, tilesBucket: 'tiles', edgeBucket: 'edge' });
  const { log, certifiers } = await openSequencer({ env, kms, dynamo, tables, now, tree });
  const placed = new Set<string>();
  const read = (path: string) => tree.files.read(path);
  const faults: string[] = [];
  const onLeaf = ({ writer, seq, leaf }: { writer: string; seq: number; leaf: number }) =>
    placed.add(`${writer}-${seq}-${leaf}`);
  try {
    const { checkpoint } = await checkLog({ read, log, certifiers, onLeaf });
    faults.push(...(await forks(stage, log, await entriesOf(read, checkpoint.size))));
  } catch (error) {
    return [`the log: ${error}`];
  }
  for (const entry of history.receipts) if (!placed.has(entry)) faults.push('a receipt without its leaf');
  return faults;
}

/** Checkpoints that the final tree does not continue. */
async function forks({ gateway }: Stage, log: Verifier, entries: readonly Uint8Array[]): Promise<string[]> {
  const faults: string[] = [];
  let edge = EMPTY_EDGE;
  // They only grow: see `Objects`.
  for (const note of gateway.checkpoints) {
    const seen = await openCheckpoint(Buffer.from(note), log, verifyEd25519);
    if (!seen) return ['a checkpoint is not signed by the log'];
    edge = grow(sha256, edge, entries.slice(edge.size, seen.size)).edge;
    if (edge.size !== seen.size || !Buffer.from(rootOf(sha256, edge)).equals(seen.root))
      faults.push('the log forked');
  }
  return faults;
}

async function entriesOf(read: (path: string) => Promise<Uint8Array | null>, size: number) {
  const entries: Uint8Array[] = [];
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, size - from);
    const bundle = await read(tilePath({ level: 'entries', index: from / TILE_WIDTH, width }));
    entries.push(...(unpackEntries(bundle ?? Buffer.of(), width) ?? []));
  }
  return entries;
}
