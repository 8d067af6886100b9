import { hash } from 'node:crypto';
import type { CardResult, ReleasedField } from '../../shared/contract/release.ts';
import type { CardRequest } from '../../shared/contract/routes/asks.ts';
import { defined } from '../../shared/defined.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { textOfCode } from '../../shared/policy/pack/pack.ts';
import { packFor } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { textDigest } from '../steps/codes.ts';
import { type FiledAnswer, fileInstead } from './approval.ts';
import type { ReleaseCall } from './call.ts';
import { loadCardCheck } from './decide.ts';
import type { ReleaseDeps } from './deps.ts';
import { weighFresh } from './fresh.ts';
import type { Presented } from './present.ts';
import { digestOf, readAsk, releaseCall, undoCounts } from './read-ask.ts';
import { releaseFields } from './release-fields.ts';

/** The route that a purpose of story cards names. */
const ROUTE = 'story-cards';

/**
 * Makes a card about one person, by the data path of a release: logged, decided and opened in the same steps.
 * @returns the card, a refusal that depends on the person, or the request that was filed because an approval is missing
 * @throws Problem as a release does
 */
export async function storyCard(
  deps: ReleaseDeps,
  session: Session,
  request: CardRequest,
): Promise<{ answer: CardResult | FiledAnswer; steps: number }> {
  const { collection, subject, text, context } = request;
  const pack = await packFor(deps, collection);
  const subjects = [subject];
  const digest = textDigest(text);
  const stated = readAsk(session, pack, { subjects, ...defined({ context }) });
  const ask = await weighFresh(deps, { pack, session, ask: { ...stated, route: ROUTE, text: digest } });
  const call = releaseCall(deps.now(), {
    pack,
    session,
    ask,
    subjects,
    request: digestOf(ask, subjects, digest),
  });
  const filed = await fileInstead(deps, call);
  if (filed) return { answer: filed, steps: 1 };
  const purpose = pack.purposes.get(ask.purpose);
  if (purpose && call.screened.ok) call.card = await loadCardCheck(deps, call, purpose, digest);
  try {
    const presented = await releaseFields(deps, call);
    return { answer: await cardOf(deps, call, presented, text), steps: presented.steps };
  } catch (error) {
    await undoCounts(call);
    throw error;
  }
}

/**
 * The card of a release for publication: the generalised values that the purpose shows, a name from the pack's list,
 * and the tested text. The answer holds no reference, and no data that is not on the card.
 */
async function cardOf(
  deps: ReleaseDeps,
  call: ReleaseCall,
  { answer }: Presented,
  text: string,
): Promise<CardResult> {
  const { pack, session } = call;
  const [result] = answer.results;
  if (!result || !('fields' in result)) {
    return {
      refused: { code: 'REFUSED' },
      receipt: (result as { receipt: CardResult['receipt'] }).receipt,
    };
  }
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const subject = references.toSubject(result.ref) ?? asSubjectId('');
  const token = references.token(subject, answer.purpose);
  const shown = Object.entries(result.fields).map(
    ([field, { level = '', value }]: [string, ReleasedField]) => [field, { level, value: String(value) }],
  );
  return {
    card: { pseudonym: pseudonymFor(pack.pseudonyms, token), shown: Object.fromEntries(shown), text },
    watermark: result.receipt.entry,
    conditions: answer.obligations.map((code) => ({
      code,
      text: pack.obligations.get(code) ?? textOfCode(pack, code),
    })),
    policy: answer.policy,
    ...defined({ validUntil: answer.validUntil }),
    receipt: result.receipt,
  };
}

/** Chosen by the person's keyed pseudonym for this agency, which cannot be derived from data about the person. */
function pseudonymFor(names: readonly string[], token: string): string {
  const at = hash('sha256', token, 'buffer').readUInt32BE(0) % Math.max(1, names.length);
  return names[at] ?? '';
}
