/** What witnesses say of the log: by the policy that is pinned in this browser, otherwise by the gateway's own list. */
import { sha256 } from '@noble/hashes/sha2.js';
import { verifyCosignature } from '../../../../shared/client/evidence/witnessed.ts';
import { judge, policyFor } from '../../../../shared/tree/judge.ts';
import { followed } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import { clockSkew } from '../gateway/session.ts';
import { continuesRemembered } from './fork.ts';
import { keepPolicy, pinnedPolicy, type Seen, witnesses } from './pinned.ts';
import { logKey } from './proof.ts';
import { recall } from './remembered.ts';

/** Seconds: a log that no quorum has seen for longer is shown frozen, or its witnesses are away. */
const FRESH = 600;

/** @throws PolicyError, and takes nothing then; ApiError */
export async function pinPolicy(text: string): Promise<void> {
  policyFor(sha256, text, (await logKey()).verifier);
  keepPolicy(text);
  await lookAtWitnesses();
}

/** The gateway's own list, to be compared; `null` if it has none. @throws ApiError */
export const shownPolicy = async (): Promise<string | null> =>
  new TextDecoder().decode(await followed('policy')) || null;

/** Sizes of the checkpoint that was cosigned and of what is remembered, once they were found to go together. */
let together = '';

/** @throws ApiError; PolicyError for a list of the gateway that does not hold together */
export async function lookAtWitnesses(): Promise<void> {
  const own = pinnedPolicy.value;
  const text = own ?? (await shownPolicy());
  if (text === null) {
    witnesses.value = null;
    return;
  }
  const { verifier } = await logKey();
  const note = await witnessedNote();
  const how = { verify: verifyCosignature, now: Date.now() + clockSkew() * 1000, fresh: FRESH };
  const { checkpoint, ...said } = await judge(policyFor(sha256, text, verifier), verifier, note, how);
  const known = checkpoint && (await recall(verifier.name).catch(() => null));
  let { fault }: Pick<Seen, 'fault'> = said;
  if (fault === 'FEW' && said.unchecked.length > 0) fault = 'UNABLE';
  const sizes = `${checkpoint?.size} ${known?.size}`;
  if (checkpoint && known && known.size > 0 && sizes !== together) {
    if (await continuesRemembered(known, checkpoint)) together = sizes;
    else fault = 'OTHER';
  }
  witnesses.value = { ...said, fault, own: own !== null };
}

/** @returns `null` until a quorum has cosigned for the first time. @throws ApiError */
async function witnessedNote(): Promise<Uint8Array | null> {
  try {
    return await followed('witnessed');
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
