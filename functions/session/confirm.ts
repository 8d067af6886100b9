/**
 * A call may begin with the record of its caller and the policy that the instance remembers, while both are read. What is
 * read has the last word: nothing is decided, counted against a limit of data, unwrapped or answered before it has confirmed
 * what was remembered, and if it says anything else, the call begins again with what it says.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'hono';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Confirm, Session, SessionVariables, Unconfirmed } from './session.ts';

/** What is in force differs from what was remembered. No answer: `asRegistered` begins the call again. */
class Outdated extends Error {}

/** What a call rests on. */
interface Basis<Caller> {
  /** The caller's record. */
  record: Caller;
  pack: Pick<Pack, 'hash'>;
}

/** @param read what is in force at this moment */
export function confirmer(remembered: Basis<Agency>, read: () => Promise<Basis<Agency | null>>): Confirm {
  let reading: Promise<Agency> | undefined;
  const compare = async () => {
    const { record, pack } = await read();
    const same = pack.hash === remembered.pack.hash && isDeepStrictEqual(record, remembered.record);
    if (!record || !same) throw new Outdated();
    return record;
  };
  return () => {
    reading ??= compare();
    return reading;
  };
}

/** Before an effect that does not wait for the replay claim. */
export async function confirmRecord({ unconfirmed }: Pick<Session, 'unconfirmed'>): Promise<void> {
  await unconfirmed?.confirm();
}

/**
 * What the register makes of a result that rests on a remembered record: the same, or that of `again` if it denies the record.
 * @throws the error of the result, once the register has confirmed the record; the store's error
 */
async function heldBy<T>(
  confirm: Confirm,
  result: PromiseSettledResult<T>,
  again: () => Promise<T>,
): Promise<T> {
  try {
    await confirm();
  } catch (error) {
    if (!(error instanceof Outdated)) throw error;
    return again();
  }
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** @param make a session that is not confirmed yet. @returns what it makes. No refusal follows from what is remembered */
export async function begunWith(
  confirm: Confirm,
  again: () => Promise<Session>,
  make: (unconfirmed: Unconfirmed) => Session,
): Promise<Session> {
  try {
    return make({ confirm, again });
  } catch (reason) {
    return heldBy(confirm, { status: 'rejected', reason }, again);
  }
}

/**
 * Serves a call of an `authenticate` with `remembered`. A refusal counts only once the register has confirmed the record.
 * @param serve does nothing before `session.replay.claim` or `confirmRecord` but read and, in parallel with the claim, log an
 * attempt. It may run twice
 */
export async function asRegistered<T>(
  c: Context<{ Variables: SessionVariables }>,
  serve: (session: Session) => Promise<T>,
): Promise<T> {
  const session = c.get('session');
  const { unconfirmed } = session;
  if (!unconfirmed) return serve(session);
  const [result] = await Promise.allSettled([serve(session)]);
  return heldBy(unconfirmed.confirm, result, async () => {
    const again = await unconfirmed.again();
    c.set('session', again);
    return serve(again);
  });
}
