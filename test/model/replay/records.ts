/** The model of a record on the keys and sheets tables, and on the gateway's log. */
import { withTables } from '../../../functions/deps.ts';
import { appendOne, logStore } from '../../../functions/steps/log.ts';
import { asKeyId, asLogId, asSubjectId } from '../../../shared/ids.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { type KeyItem, moveHead, readKeyItem } from '../../../shared/records/subject/key-items.ts';
import { putTombstone, readState } from '../../../shared/records/subject/key-states.ts';
import { deleteSheet, deleteSheets, namesOf, putSheet } from '../../../shared/records/subject/sheets.ts';
import { decision } from '../../log/log.ts';
import { openRealWorld } from '../../sequencer/real-stores.ts';
import { type Picks, sorted } from '../quint.ts';
import type { Replay } from './replay.ts';

const SUBJECT = asSubjectId('s'.repeat(22));
const LOG_ID = asLogId('l'.repeat(22));
const OWNER = 'police';
const AT = '2026-11-26T01:00:00.000Z';

/** Digests and key ids that name the model's writes. */
const digestOf = (write: number) => String(write).padStart(43, '0');
const keyOf = (write: number) => asKeyId(String(write).padStart(22, '0'));

interface Writing {
  before: KeyItem | null;
  /** The write that the head named. */
  seen: number;
  mine: number;
  outcome?: 'moved' | 'lost';
}

export async function openRecords(): Promise<Replay> {
  const world = await openRealWorld();
  const { keys, sheets } = withTables({ ...world.parts }).tables;
  const log = world.writer();
  const writing = new Map<string, Writing>();
  let erasing: KeyItem | null = null;
  let fresh = 1;
  const entry = { ...decision(), subject: LOG_ID };
  const entries = async () => {
    const found: { kind: string; write: number }[] = [];
    for await (const { entry: one } of walkEntries(logStore(world.parts as never), SPAN, {}))
      if (one?.kind === 'intake' || one?.kind === 'erasure')
        found.push({ kind: one.kind, write: Number(one.sheet?.digest ?? 0) });
    return found;
  };
  const at = ({ w = '' }: Picks) => writing.get(w) as Writing;
  return {
    steps: {
      async readHead({ w = '' }) {
        const before = await readKeyItem(keys, SUBJECT);
        writing.set(w, { before, seen: Number(before?.heads.get(OWNER)?.digest ?? 0), mine: fresh++ });
      },
      putSheet(picks) {
        const { before, mine } = at(picks);
        const sheet = {
          owner: OWNER,
          fields: new Map(),
          manifests: new Map(),
          leaks: new Map(),
          marks: new Map(),
        };
        return putSheet(sheets, SUBJECT, { ...sheet, head: headOf(before, mine) }, 0);
      },
      logWrite(picks) {
        const { before, mine } = at(picks);
        const sheet = { owner: OWNER, ...headOf(before, mine) };
        return appendOne(log, { ...entry, kind: 'intake', outcome: 'stored', sheet } as never);
      },
      async moveHead(picks) {
        const one = at(picks);
        const { before, seen, mine } = one;
        const stored = { class: 'identity', owner: OWNER, version: 1, at: AT };
        const key = { ...stored, wrapped: Buffer.alloc(16), commitment: Buffer.alloc(32) };
        const moved = await moveHead(keys, {
          ...{ subject: SUBJECT, collection: 'children', owner: OWNER, before, head: headOf(before, mine) },
          ...{ at: AT, logId: LOG_ID, county: '990001', addKeys: new Map([[keyOf(mine), key]]) },
          dropKeys: seen === 0 ? [] : [keyOf(seen)],
          ...{ addIndexes: new Map(), dropIndexes: [] },
        });
        one.outcome = moved ? 'moved' : 'lost';
      },
      removeSheet(picks) {
        const { outcome, seen, mine } = at(picks);
        return deleteSheet(sheets, SUBJECT, OWNER, digestOf(outcome === 'moved' ? seen : mine));
      },
      crash: async () => {},
      async readRecord() {
        erasing = await readKeyItem(keys, SUBJECT);
      },
      logErasure: () =>
        appendOne(log, { ...entry, kind: 'erasure', outcome: 'erased', operation: 'delete' } as never),
      putTombstone: () => putTombstone(keys, erasing as KeyItem, AT),
      removeSheets: () => deleteSheets(sheets, SUBJECT, async () => {}),
    },
    async view() {
      const item = await readKeyItem(keys, SUBJECT);
      const logged = await entries();
      return {
        current: Number(item?.heads.get(OWNER)?.digest ?? 0),
        erased: (await readState(keys, SUBJECT)).state === 'erased',
        wrapped: sorted([...(item?.keys.keys() ?? [])].map(Number)),
        sheets: sorted((await namesOf(sheets, SUBJECT)).map(({ digest }) => Number(digest))),
        logged: sorted(logged.filter(({ kind }) => kind === 'intake').map(({ write }) => write)),
        erasureLogged: logged.some(({ kind }) => kind === 'erasure'),
      };
    },
    async close() {
      await world.close();
      world.remove();
    },
  };
}

/** The day of the world's clock. */
const SPAN = { from: Date.parse('2025-11-25T00:00:00Z'), to: Date.parse('2025-11-26T00:00:00Z') };

const headOf = (before: KeyItem | null, write: number) => ({
  version: (before?.heads.get(OWNER)?.version ?? 0) + 1,
  digest: digestOf(write),
});
