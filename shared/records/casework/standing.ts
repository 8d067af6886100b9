/** Proofs that may still be presented: each is checked again once a month, and if the record behind it has changed. */
import type { SubjectId } from '../../ids.ts';
import { type Item, putItem, queryPages, type Table } from '../../store/table.ts';

export interface StandingProof {
  subject: SubjectId;
  programme: string;
  purpose: string;
  recipient: string;
  /** Names the state of the record for which the proof was last found correct. */
  basis: string;
  /** The beginning (epoch milliseconds) of the month in which it was last found correct. */
  looked: number;
  /** Epoch second before which no check is needed; 0 unless a check has failed. */
  after: number;
  /** Epoch second from which no check is needed any more. */
  expires: number;
}

/** A name that no status list has, because status lists are named by month. */
const PARTITION = 'standing';
/** Proofs of a page. */
const PAGE = 25;

/** Replaces the stored facts about this proof. May be repeated. */
export function keepStanding(table: Table, { expires, ...proof }: StandingProof): Promise<void> {
  const { subject, programme, recipient } = proof;
  return putItem(table, {
    list: { S: PARTITION },
    item: { S: `${subject}#${programme}#${recipient}` },
    proof: { S: JSON.stringify(proof) },
    expires: { N: String(Math.ceil(expires)) },
  });
}

/**
 * Every proof that has not expired, page by page. Those about subjects from `first` on come before the others, so that
 * a run that is cut short begins elsewhere the next time.
 * @param now epoch milliseconds
 * @returns `null` for one that can't be read
 */
export async function* standingProofs(
  table: Table,
  { now, first }: { now: number; first: string },
): AsyncGenerator<(StandingProof | null)[]> {
  for (const compare of ['>=', '<']) {
    const where = `#list = :list AND #item ${compare} :first`;
    const options = { limit: PAGE, consistent: false };
    for await (const page of queryPages(table, where, { list: PARTITION, first }, options)) {
      const seconds = now / 1000;
      const proofs = page.map(proofIn);
      yield proofs.filter((one) => one === null || (one.after <= seconds && one.expires > seconds));
    }
  }
}

function proofIn({ proof, expires }: Item): StandingProof | null {
  try {
    return { ...JSON.parse(proof?.S ?? ''), expires: Number(expires?.N) };
  } catch {
    return null;
  }
}
