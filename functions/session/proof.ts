/** The token of a request, and the proof of the key to which it is bound (RFC 9449). */

import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';
import { type Proof, verifyProof } from '../../shared/identity/tokens/dpop.ts';
import type { Deps } from '../deps.ts';
import { targetOf } from '../http/headers.ts';

type ProofDeps = Pick<Deps<'publicUrl'>, 'env' | 'now'>;

/** The token of the Authorization header, or `null` if that has another scheme. */
export function tokenOf(c: Context, scheme: 'dpop' | 'bearer'): string | null {
  const [, name = '', text = ''] =
    /^(dpop|bearer) +([\w.-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  return name.toLowerCase() === scheme ? text : null;
}

/**
 * A proof needs no nonce here. `ath` ties it to a token that its maker already had, and `iat` and the replay claim
 * limit it further, so it cannot have been made in advance. A nonce in the proof is ignored.
 */
export function readProof({ env, now }: ProofDeps, c: Context, text: string, token: { jkt: string }): Proof {
  const header = c.req.header('dpop');
  const target = { ...targetOf(c, env.publicUrl), token: text, now: now() };
  const proof = header === undefined ? null : verifyProof(header, target);
  if (!proof) throw new Problem('DPOP_INVALID');
  if (proof.jkt !== token.jkt) throw new Problem('TOKEN_INVALID');
  return proof;
}

/** The proof for a person's token in a call that IAM signs; `null` without the header. @throws Problem DPOP_INVALID */
export function personProof({ env, now }: ProofDeps, c: Context, token: string): Proof | null {
  const header = c.req.header('dpop');
  if (header === undefined) return null;
  const proof = verifyProof(header, { ...targetOf(c, env.publicUrl), token, now: now() });
  if (!proof) throw new Problem('DPOP_INVALID');
  return proof;
}
