/**
 * The newest verdict of each person on each entry, and the turn of each person who gives some. So a repeat gets the
 * same receipt, and another verdict of the same person has to name the one that it replaces.
 */

import type { Receipt } from '../../contract/common.ts';
import { getItems, type Item, putItem, readDocument, swapDocument, type Table } from '../../store/table.ts';
import { VERDICTS } from '../../tables.ts';

const KEPT_SECONDS = 366 * 86_400;
/** A turn that lasts longer belongs to a process that has died. */
const ABANDONED_MS = 60_000;
/** Calls of unknown fate that one turn takes over, the newest. */
const MOST_UNSURE = 4;

/** What a call was about to append, for the next turn if this one learns of no end. */
export interface Unsure {
  abouts: string[];
  /** The place of its item if nothing else of the process came first. */
  writer: string;
  seq: number;
  /** Epoch milliseconds. */
  since: number;
}

export interface Turn {
  /** The call that has it; `null` if none does. */
  run: string | null;
  since: number;
  unsure: Unsure[];
}

/**
 * Takes the turn of a person, so that two calls of the same person never give verdicts at once.
 * @param left whether a run ended in this process although the table still names it
 * @returns the turn, with the calls before it whose fate is unknown, and what to do in it; `null` while another call
 *   has it
 */
export async function takeTurn(
  table: Table,
  person: string,
  { run, ...work }: { run: string } & Unsure,
  left: (run: string) => boolean,
): Promise<Turn | null> {
  const known = await readDocument<Turn>(table, turnKey(person));
  const busy = known?.run != null && known.since > work.since - ABANDONED_MS && !left(known.run);
  if (busy) return null;
  // More are left by no one but an outage. A person must not be shut out by them.
  const unsure = (known?.unsure ?? []).slice(-MOST_UNSURE);
  const turn = { run, since: work.since, unsure: [...unsure, work] };
  const won = await swapDocument(table, turnKey(person), turn, known, expiresAt(work.since));
  return won ? turn : null;
}

/** Ends a turn. @param unsure what is still of unknown fate */
export async function endTurn(table: Table, person: string, turn: Turn, unsure: Unsure[]): Promise<void> {
  const ended: Turn = { run: null, since: turn.since, unsure };
  await swapDocument(table, turnKey(person), ended, turn, expiresAt(turn.since));
}

/** The receipts of the person's newest verdicts, by the entry that each is about. */
export async function readVerdicts(
  table: Table,
  person: string,
  abouts: readonly string[],
): Promise<Map<string, Receipt>> {
  const items = await getItems(
    table,
    [...new Set(abouts)].map((about) => verdictKey(about, person)),
  );
  return new Map(
    items.map(({ item, receipt }) => [
      item?.S?.split('#')[0] ?? '',
      JSON.parse(receipt?.S ?? 'null') as Receipt,
    ]),
  );
}

/** Items that are put at once. */
const AT_ONCE = 16;

/** May be repeated. */
export async function keepVerdicts(
  table: Table,
  person: string,
  given: readonly { about: string; receipt: Receipt }[],
  now: number,
): Promise<void> {
  for (let from = 0; from < given.length; from += AT_ONCE) {
    const some = given.slice(from, from + AT_ONCE);
    await Promise.all(
      some.map(({ about, receipt }) =>
        putItem(table, {
          ...verdictKey(about, person),
          ...expiresAt(now),
          receipt: { S: JSON.stringify(receipt) },
        }),
      ),
    );
  }
}

const verdictKey = (about: string, person: string): Item => ({
  part: { S: VERDICTS },
  item: { S: `${about}#${person}` },
});
/** No entry has an empty id. */
const turnKey = (person: string): Item => verdictKey('', person);
const expiresAt = (now: number): Item => ({
  expires: { N: String(Math.floor(now / 1000) + KEPT_SECONDS) },
});
