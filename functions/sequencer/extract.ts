/**
 * Extracts of the log for an engine of queries, as lines of JSON: acts, which say who acted, and stay as long as the log; and
 * claims, the unwrapped keys of entries, for the comparison with KMS's own record. Claims lead to people, so they are gone
 * within a day, like every other copy of what an erasure ends.
 */
import { parseLeaf } from '../../shared/log/entry/leaf.ts';
import { claimOf } from '../../shared/log/read/claims.ts';
import { ACTOR_MEMBERS } from '../../shared/tree/commitments.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';
import { type Archive, advance, type Clock, compressed, numbered } from './archive.ts';
import type { SequencerDeps } from './deps.ts';
import { openedAgain, readBundle } from './index-entries.ts';

export interface Extracts extends Archive {
  /** Removes files of a folder whose names sort before this one's, some at once. */
  removeBefore(folder: string, path: string): Promise<void>;
}

type Deps = Pick<SequencerDeps, 'files' | 'published' | 'writers' | 'log'>;

/** Milliseconds after which claims are removed. The bucket's own rule ends them a day later, if this never runs again. */
const KEPT = 22 * 3_600_000;
const CLAIMS = 'claims/';

const hourOf = (time: string) => `${CLAIMS}hour=${time.slice(0, 13).replace('T', '-')}`;
const dayOf = (time: string) => `acts/day=${time.slice(0, 10)}`;

/** Extracts up to the published checkpoint, or until the time is over. @returns leaves that are left; see `advance` */
export async function extractNext(deps: Deps, extracts: Extracts, clock: Clock): Promise<number> {
  const oldest = hourOf(new Date(clock.now() - KEPT).toISOString());
  await extracts.removeBefore(CLAIMS, oldest);
  return advance(deps, extracts.copied, clock, {
    async piece(from, to) {
      for (const [folder, lines] of await linesOf(deps, from, to)) {
        const path = `${folder}/${numbered(from)}-${numbered(to)}.jsonl.gz`;
        if (!folder.startsWith(CLAIMS) || folder >= oldest) await extracts.put(path, await compressed(lines));
      }
    },
  });
}

/** Rows of these leaves, by folder. An entry that can't be opened has none; the checks of the log find it. */
async function linesOf(deps: Deps, from: number, to: number): Promise<Map<string, object[]>> {
  const folders = new Map<string, object[]>();
  const add = (folder: string, row: object) => folders.set(folder, [...(folders.get(folder) ?? []), row]);
  for (let at = from - (from % TILE_WIDTH); at < to; at += TILE_WIDTH) {
    const leaves = await readBundle(deps, at, to);
    const opened = await openedAgain(deps, leaves.map(parseLeaf));
    opened.forEach((one, i) => {
      if (!one?.entry || at + i < from) return;
      const { id, time, handler } = one.entry;
      const said = ACTOR_MEMBERS.flatMap((name) => {
        const text = name === 'handler' ? undefined : one.texts[name];
        return text === undefined ? [] : [[name, JSON.parse(text)]];
      });
      const { departments, agency, client, officerBy: officerby } = handler ?? {};
      const by = { departments, agency, client, officerby };
      add(dayOf(time), { leaf: at + i, id, time, ...by, ...Object.fromEntries(said) });
      const claim = claimOf(one);
      if (!claim) return;
      const { at: ms, logId: logid, ...rest } = claim;
      add(hourOf(time), { ms, logid, ...rest });
    });
  }
  return folders;
}
