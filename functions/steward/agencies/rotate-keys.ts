import type { Context } from 'hono';
import { KeySet } from '../../../shared/contract/routes/agencies.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { type Agency, currentKeys, replaceAgency } from '../../../shared/identity/agencies/agencies.ts';
import { differenceOf } from '../../../shared/identity/agencies/difference.ts';
import { readKeySet } from '../../../shared/identity/agencies/jwks-url.ts';
import { claimKeys } from '../../../shared/identity/agencies/key-claims.ts';
import type { Json } from '../../../shared/json.ts';
import { keysTexts } from '../../../shared/messages/keys.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import { readBody } from '../../http/body.ts';
import { evidenceWord, handlerOf } from '../../session/actor.ts';
import { currentPolicy } from '../../session/policy.ts';
import { isHybrid } from '../../steps/encrypt-to.ts';
import { appendOne } from '../../steps/log.ts';
import type { StewardDeps } from '../deps.ts';
import type { ChangedAgency } from './change.ts';
import { foreignKey, requireFreeKeys } from './checks.ts';
import { agencyView, oneAgency } from './view.ts';

/** Seconds that a replaced signing key stays valid. */
const GRACE = 86_400;

/**
 * An agency replaces its own keys. A token is not enough: the request must be signed with a current key, so that
 * a stolen token cannot take over the agency.
 * @throws Problem NO_SIGNATURE, SIGNATURE_INVALID, INVALID_REQUEST, CONFLICT.
 */
export async function rotateKeys(deps: StewardDeps, c: Context): Promise<ChangedAgency> {
  const session = c.get('session');
  const { clientId } = session.caller;
  const { agency, revision } = await oneAgency(deps, clientId);
  if (agency.jwksUri !== undefined) {
    throw new Problem('CONFLICT', {
      detail: stewardTexts.keysAtUrl,
    });
  }
  const { evidence } = session;
  if (!evidence) throw new Problem('NO_SIGNATURE', { detail: stewardTexts.signWithCurrent });
  const current = currentKeys(agency, evidence.keyid).map((key) => JSON.stringify(key));
  if (!current.includes(JSON.stringify(evidence.key))) {
    throw new Problem('SIGNATURE_INVALID', { detail: stewardTexts.currentKey });
  }
  const keys = readKeySet((await readBody(c, KeySet)) as Json);
  if ('fault' in keys) throw invalid('', keys.fault);
  // One stolen signing key would else lead back to answers that can be recorded now and opened in years.
  if (agency.jwks.keys.some(isHybrid) && !keys.some(isHybrid)) throw invalid('/keys', keysTexts.hybridStays);
  const after: Agency = { ...agency, jwks: { keys }, retiring: retiringOf(agency, keys, deps.now() / 1000) };
  await requireFreeKeys(deps, after);
  const difference = differenceOf(agency, after);
  const receipt = await appendOne(deps.log, {
    kind: 'agency',
    handler: handlerOf(session),
    about: clientId,
    code: 'ROTATED',
    outcome: 'rotated',
    policy: await currentPolicy(deps),
    words: { ...evidenceWord(session), finding: JSON.stringify({ record: after, difference }) },
  });
  if (!(await claimKeys(deps.tables.agencies, after))) throw foreignKey(after);
  if (!(await replaceAgency(deps.tables.agencies, after, { revision, receipt }))) {
    throw new Problem('CONFLICT', { detail: stewardTexts.keysChanged });
  }
  return { agency: agencyView(after), receipt };
}

/** The signing keys that are replaced now, valid for one more day, and those replaced before that are still valid. */
function retiringOf(
  agency: Agency,
  keys: readonly { kid: string }[],
  now: number,
): NonNullable<Agency['retiring']> {
  const stays = new Set(keys.map(({ kid }) => kid));
  const until = Math.floor(now) + GRACE;
  const going = agency.jwks.keys.filter(({ use, kid }) => use === 'sig' && !stays.has(kid));
  const left = (agency.retiring ?? []).filter((old) => now < old.until && !stays.has(old.key.kid));
  return [...going.map((key) => ({ key, until })), ...left].slice(0, 40);
}
