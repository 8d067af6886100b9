import { hash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { reasonText } from '../../shared/policy/pack/pack.ts';
import type { CardRequest } from '../http/contract/asks.ts';
import type { CardResponse } from '../http/contract/cards.ts';
import { currentPack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { textDigest } from '../steps/codes.ts';
import { type FiledAnswer, fileInstead } from './approval.ts';
import type { ReleaseCall } from './call.ts';
import { loadCardCheck } from './decide.ts';
import type { ReleaseDeps } from './deps.ts';
import { giveBack } from './limits.ts';
import type { Presented, ReleasedField } from './present.ts';
import { readAsk } from './read-ask.ts';
import { releaseFields } from './release-fields.ts';

/** The route that purposes of this kind name. */
const ROUTE = 'story-cards';

/**
 * A card about one child, by the data path of a release: logged, decided and opened in the same steps.
 * @returns the card, a refusal that depends on the child, or the request that was filed where an approval is missing
 * @throws Problem as a release does
 */
export async function storyCard(
  deps: ReleaseDeps,
  session: Session,
  request: CardRequest,
): Promise<CardResponse | FiledAnswer> {
  const pack = await currentPack(deps);
  const { collection, subject, text, context } = request;
  if (collection !== pack.collection) {
    throw new Problem('INVALID_REQUEST', {
      errors: [{ path: '/collection', message: 'no such collection' }],
    });
  }
  const asked = { collection, subjects: [subject], ...(context && { context }) };
  const ask = { ...readAsk(session, asked), route: ROUTE };
  const now = deps.now();
  const digest = textDigest(text);
  const known = { deps, pack, session, ask, now, subjects: [subject], taken: {} };
  const said = hash('sha256', JSON.stringify([ask, asked.subjects, digest]), 'base64');
  const call: ReleaseCall = { ...known, request: said };
  const filed = await fileInstead(call);
  if (filed) return filed;
  const purpose = pack.purposes.get(ask.purpose);
  if (purpose && screen(pack, session.caller, ask, now).ok)
    call.card = await loadCardCheck(call, purpose, digest);
  try {
    return await cardOf(call, await releaseFields(call), text);
  } catch (error) {
    await giveBack(call);
    throw error;
  }
}

/**
 * A release for publication, as a card: what the purpose shows, generalised, with a name from the pack's list and the
 * text that was tested. No reference is given, and nothing that is not on the card.
 */
async function cardOf(call: ReleaseCall, { answer }: Presented, text: string): Promise<CardResponse> {
  const { pack, deps, session } = call;
  const [result] = answer.results;
  if (!result || !('fields' in result)) {
    return {
      refused: { code: 'REFUSED' },
      receipt: (result as { receipt: CardResponse['receipt'] }).receipt,
    };
  }
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const subject = references.toSubject(result.ref) ?? '';
  const token = references.token(subject, answer.purpose);
  const shown = Object.entries(result.fields).map(
    ([field, { level = '', value }]: [string, ReleasedField]) => [field, { level, value: String(value) }],
  );
  return {
    card: { pseudonym: pseudonymFor(pack.pseudonyms, token), shown: Object.fromEntries(shown), text },
    watermark: result.receipt.entry,
    conditions: answer.obligations.map((code) => ({
      code,
      text: pack.obligations.get(code) ?? reasonText(pack, code),
    })),
    policy: answer.policy,
    ...(answer.validUntil !== undefined && { validUntil: answer.validUntil }),
    receipt: result.receipt,
  };
}

/** Chosen by the keyed pseudonym of the child for this agency, which nothing of the child leads to. */
function pseudonymFor(names: readonly string[], token: string): string {
  const at = hash('sha256', token, 'buffer').readUInt32BE(0) % Math.max(1, names.length);
  return names[at] ?? '';
}
