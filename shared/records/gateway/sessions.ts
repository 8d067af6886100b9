/**
 * Sessions of people at the console, in the table of claims. Each is stored under the hash of a handle that
 * only the page has.
 */

import { hash } from 'node:crypto';
import type { ClientId } from '../../ids.ts';
import { deleteItem, getItem, swap, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';
import { SESSIONS } from '../../tables.ts';

export interface PersonSession {
  /** Thumbprint of the page's key. */
  jkt: string;
  issuer: string;
  subject: string;
  name: string;
  office: ClientId;
  actions: string[];
  roles?: readonly string[];
  /** See `Person`. */
  authTime: number | null;
  strong?: boolean;
  /** Epoch seconds. */
  ends: number;
  /** The public key of the page, to which answers with values are sealed. */
  enc?: { kty: 'EC'; crv: 'P-256'; x: string; y: string } | { kty: 'AKP'; alg: 'X-Wing'; pub: string };
}

/** Seconds without a renewal that end a session, and the maximum of a session. */
export const SESSION_IDLE = 1800;
export const SESSION_LASTS = 8 * 3600;

const keyOf = (handle: string) => ({ claim: { S: `${SESSIONS}${hash('sha256', handle, 'base64url')}` } });

/** @param now epoch seconds. @throws Error if the handle was given before */
export async function putSession(
  table: Table,
  handle: string,
  session: PersonSession,
  now: number,
): Promise<void> {
  const item = {
    ...keyOf(handle),
    expires: { N: String(session.ends) },
    idleUntil: { N: String(now + SESSION_IDLE) },
    kept: { S: JSON.stringify(session) },
  };
  const put = await swap(table, item, 'attribute_not_exists(claim)');
  if (!put) throw new Error('a session has this handle');
}

/** @returns `null` if no session has this handle, or the session is over. */
export async function getSession(table: Table, handle: string, now: number): Promise<PersonSession | null> {
  const item = await getItem(table, keyOf(handle));
  const kept = item?.['kept']?.S;
  if (kept === undefined || Number(item?.['idleUntil']?.N) <= now) return null;
  const session = JSON.parse(kept) as PersonSession;
  return session.ends > now ? session : null;
}

/**
 * @param session what it is from now on; absent: as it was
 * @returns false if the session was ended in the meantime.
 */
export function keepSession(
  table: Table,
  handle: string,
  now: number,
  session?: PersonSession,
): Promise<boolean> {
  const update = newUpdate();
  update.set('idleUntil', { N: String(now + SESSION_IDLE) });
  if (session) update.set('kept', { S: JSON.stringify(session) });
  return update.send(table, keyOf(handle), `attribute_exists(${update.name('claim')})`);
}

export function endSession(table: Table, handle: string): Promise<void> {
  return deleteItem(table, keyOf(handle));
}
