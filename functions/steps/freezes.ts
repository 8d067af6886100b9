/** What is frozen as of now, as every way out of the gateway must heed it. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { MiddlewareHandler } from 'hono';
import type { ProblemCode } from '../../shared/errors.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Refusal } from '../../shared/policy/types.ts';
import { type Freeze, readFreezes } from '../../shared/records/casework/casework.ts';
import type { Deps } from '../deps.ts';
import { officerDigest } from '../session/actor.ts';

/** Settings that `currentFreezes` needs, to be part of each app's own. */
export const FREEZES_ENV = ['caseworkTable'] as const;
type FreezeDeps = Pick<Deps<'caseworkTable'>, 'env' | 'dynamo'>;

/** Milliseconds after which they are read again: a freeze counts everywhere within a second. */
const FRESH = 500;

interface Known {
  freezes: Promise<readonly Freeze[]>;
  /** When the read began, by both clocks: one may stand still while a function is frozen, the other may be set. */
  wall: number;
  steady: number;
}
const known = new WeakMap<DynamoDBClient, Known>();

/**
 * All freezes but those of subjects. A burst reads once.
 * @throws the store's error: who does not know what is frozen releases nothing
 */
export function currentFreezes({ env, dynamo }: FreezeDeps): Promise<readonly Freeze[]> {
  const last = known.get(dynamo);
  if (last && isFresh(last)) return last.freezes;
  const next: Known = {
    freezes: readFreezes(dynamo, env.caseworkTable),
    wall: Date.now(),
    steady: performance.now(),
  };
  known.set(dynamo, next);
  next.freezes.catch(() => {
    if (known.get(dynamo) === next) known.delete(dynamo);
  });
  return next.freezes;
}

function isFresh({ wall, steady }: Known): boolean {
  const age = Date.now() - wall;
  return age >= 0 && age < FRESH && performance.now() - steady < FRESH;
}

/** Begins to read them while the caller is being authenticated. */
export function prepareFreezes(deps: FreezeDeps): MiddlewareHandler {
  return async (_, next) => {
    currentFreezes(deps).catch(() => {});
    await next();
  };
}

/** Who asks, and for what, as the token and the request say it. */
export interface Asking {
  agency: string;
  officer?: string | undefined;
  purpose?: string | undefined;
}

/** @returns why nothing may be given, or `null`. It depends on nobody's record, so it may be told. */
export function frozenBy(
  freezes: readonly Freeze[],
  { agency, officer, purpose }: Asking,
): ProblemCode | null {
  const person = officer === undefined ? null : officerDigest(agency, officer);
  for (const { target } of freezes) {
    if (target.kind === 'agency' && target.agency === agency) return 'AGENCY_FROZEN';
    if (target.kind === 'officer' && target.person === person) return 'OFFICER_FROZEN';
    if (target.kind === 'purpose' && target.purpose === purpose) return 'PURPOSE_FROZEN';
  }
  return null;
}

/** The same as a refusal of the policy's own. */
export function frozenRefusal(pack: Pack, freezes: readonly Freeze[], asking: Asking): Refusal | null {
  const code = frozenBy(freezes, asking);
  if (code === null) return null;
  return { ok: false, code, rule: pack.grounds.frozen, reason: reasonText(pack, code), alert: false };
}

/** Names of the classes that nobody may open. */
export function frozenClasses(freezes: readonly Freeze[]): string[] {
  return freezes.flatMap(({ target }) => (target.kind === 'class' ? [target.class] : []));
}
