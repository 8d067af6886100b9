/** The freezes in force at this moment. Every route that releases data checks them. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { MiddlewareHandler } from 'hono';
import type { ClientId } from '../../shared/ids.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Refusal, RefusalCode } from '../../shared/policy/types.ts';
import {
  type Freeze,
  type Freezes,
  isSettled,
  lastFreezeChange,
  readFreezes,
} from '../../shared/records/casework/casework.ts';
import type { Deps } from '../deps.ts';
import { officerDigest } from '../session/actor.ts';

/** Settings that `currentFreezes` needs; each app includes them in its own. */
export const FREEZES_ENV = ['caseworkTable'] as const;
type FreezeDeps = Pick<Deps<'caseworkTable'>, 'dynamo' | 'tables'>;

/** Milliseconds after which the last change is looked up: a new freeze takes effect everywhere within a second. */
const FRESH = 500;
/** Milliseconds after which all freezes are read again while a change is announced that its writer may not complete. */
const OPEN = 5000;
/** As `OPEN`, while none is. Then only a hand in the table could have changed one. */
const SETTLED = 300_000;

interface Known extends Freezes {
  read: Instant;
}

/**
 * When a read began, by both clocks: the steady one may stop while Lambda suspends the process, and the wall clock
 * may be changed.
 */
interface Instant {
  wall: number;
  steady: number;
}
const known = new WeakMap<DynamoDBClient, { known: Promise<Known>; looked: Instant }>();

/**
 * All freezes except those of single subjects. Concurrent calls share one read.
 * @throws the store's error: without the freezes nothing may be released
 */
export async function currentFreezes({ dynamo, tables }: FreezeDeps): Promise<readonly Freeze[]> {
  const last = known.get(dynamo);
  if (last && isWithin(FRESH, last.looked)) return (await last.known).freezes;
  const looked = { wall: Date.now(), steady: performance.now() };
  const next = { known: lookUp(tables.casework, last?.known, looked), looked };
  known.set(dynamo, next);
  next.known.catch(() => {
    if (known.get(dynamo) === next) known.delete(dynamo);
  });
  return (await next.known).freezes;
}

/** Reads all only if one has changed. */
async function lookUp(
  table: FreezeDeps['tables']['casework'],
  before: Promise<Known> | undefined,
  read: Instant,
): Promise<Known> {
  const last = await before?.catch(() => undefined);
  const most = last && isSettled(last.change) ? SETTLED : OPEN;
  if (last && isWithin(most, last.read) && (await lastFreezeChange(table)) === last.change) return last;
  return { ...(await readFreezes(table)), read };
}

function isWithin(most: number, { wall, steady }: Instant): boolean {
  const age = Date.now() - wall;
  return age >= 0 && age < most && performance.now() - steady < most;
}

/** Begins to read the freezes while the caller is being authenticated. */
export function prepareFreezes(deps: FreezeDeps): MiddlewareHandler {
  return async (_, next) => {
    currentFreezes(deps).catch(() => {});
    await next();
  };
}

/** The caller and the purpose, from the token and the request. */
export interface FreezeScope {
  agency: ClientId;
  officer?: string | undefined;
  purpose?: string | undefined;
}

/**
 * @returns the reason why nothing may be released, or `null`. It depends on no record, so the caller may
 * learn it.
 */
export function frozenBy(
  freezes: readonly Freeze[],
  { agency, officer, purpose }: FreezeScope,
): RefusalCode | null {
  const person = officer === undefined ? null : officerDigest(agency, officer);
  for (const { target } of freezes) {
    if (target.kind === 'agency' && target.agency === agency) return 'AGENCY_FROZEN';
    if (target.kind === 'officer' && target.person === person) return 'OFFICER_FROZEN';
    if (target.kind === 'purpose' && target.purpose === purpose) return 'PURPOSE_FROZEN';
  }
  return null;
}

/** The result of `frozenBy` as a refusal of the policy. */
export function frozenRefusal(pack: Pack, freezes: readonly Freeze[], asking: FreezeScope): Refusal | null {
  const code = frozenBy(freezes, asking);
  if (code === null) return null;
  return { ok: false, code, rule: pack.grounds.frozen, reason: reasonText(pack, code), alert: false };
}

/** Names of the classes that are frozen for all callers. */
export function frozenClasses(freezes: readonly Freeze[]): string[] {
  return freezes.flatMap(({ target }) => (target.kind === 'class' ? [target.class] : []));
}
