/**
 * Before a text may be used on a story card, its department has it compared with all recorded fields that
 * media never get. Opened values are neither kept nor revealed, and neither are the fields found in the text.
 * What the test found is stored under the digest of the text: those who decide on the request see it, and a card accepts
 * a text that passed alone.
 */

import { hash } from 'node:crypto';
import type { TestedText } from '../../shared/contract/release.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import type { KeyId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import type { DataSaid } from '../../shared/log/entry/entry.ts';
import { TEXT_TEST } from '../../shared/log/read/reconcile.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { identifies } from '../../shared/policy/check/identifies.ts';
import { namesAKind } from '../../shared/policy/check/labels.ts';
import { type Asked, isClosed } from '../../shared/policy/decide/requests.ts';
import { startOf } from '../../shared/policy/pack/calendar.ts';
import { ownersOf, type Pack, type Purpose, reasonText } from '../../shared/policy/pack/pack.ts';
import { shareOf } from '../../shared/policy/pack/parts.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { holdsStopWord } from '../../shared/policy/value/stop-words.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { count } from '../../shared/records/limits/counters.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { currentPack } from '../session/policy.ts';
import { decidableBy, findRequest } from '../steps/approval-requests.ts';
import { STORY_TEXT, textDigest } from '../steps/codes.ts';
import { decoyHolding, loadHolding } from '../steps/holding.ts';
import { appendOne } from '../steps/log.ts';
import { counterOf } from '../steps/misses.ts';
import {
  type HeldField,
  type Holding,
  keysFor,
  keysInstead,
  type OpenKeys,
  openFields,
  unwrapAll,
  unwrapKeys,
  versionsOf,
} from '../steps/open-sheets.ts';
import type { TextFinding } from '../steps/tested-texts.ts';
import { actEntry, personOf } from './acting.ts';
import { holdersOf, refuse, requireSubject, type SubjectCall } from './find-subject.ts';

interface TextCall extends SubjectCall {
  text: string;
  /** Id of the request for approval that the text is of. */
  request: string;
}

/**
 * @throws Problem NO_OFFICER, NO_REASON, INVALID_REQUEST or CONFLICT about the named request, REFUSED, REASON_NEEDS_REVIEW,
 * BUDGET_SPENT, TEXT_IDENTIFIES, or a 503
 */
export async function testStoryText(call: TextCall): Promise<TestedText> {
  const { deps, actor, text } = call;
  // Called for its faults: the entries need officer and reason.
  personOf(actor);
  const pack = await currentPack(deps);
  const purpose = [...pack.purposes.values()].find(({ route }) => route === 'story-cards');
  if (!purpose) throw new Problem('PURPOSE_UNKNOWN');
  const asked = await openRequest(call, pack, purpose);
  const found = await requireSubject(call, ({ subject }) => ({
    decider: asked?.subjects.includes(subject) === true,
  }));
  if (holdsStopWord(pack.stopWords, text)) await refuseStopWord(call, pack, purpose, found);
  await takeTest(call, pack, purpose, found);
  const { item, sheets } = await loadHolding(deps, found.subject);
  if (!item) return refuse(call, 'SUBJECT_UNKNOWN');
  const passes =
    !namesAKind(pack, text) &&
    identifies(pack, text, await openHidden(call, pack, purpose, { item, sheets })).length === 0;
  const digest = textDigest(text);
  const receipt = await appendOne(deps.log, {
    ...textEntry(call, pack, purpose, item),
    kind: passes ? 'decision' : 'denial',
    outcome: passes ? 'tested' : 'refused',
    code: passes ? 'TEXT_TESTED' : 'TEXT_IDENTIFIES',
  });
  const at = new Date(deps.now()).toISOString();
  const finding: TextFinding = { at, entry: receipt.entry, policy: pack.hash };
  const document = passes ? finding : { ...finding, identifies: true };
  await putCasework(deps.tables.casework, item.subject, { kind: STORY_TEXT, id: digest, document });
  if (!passes) throw new Problem('TEXT_IDENTIFIES', { rule: purpose.rule });
  return { text: digest, testedAt: at, receipt };
}

/**
 * The request to publish this text, on which the caller decides. So the caller sees it, and is told what is wrong with it.
 * @returns `null` if there is none
 * @throws Problem CONFLICT if it is closed; INVALID_REQUEST if it is about another text
 */
async function openRequest(
  { deps, session, text, request }: TextCall,
  pack: Pack,
  purpose: Purpose,
): Promise<Asked | null> {
  const record = (await findRequest(deps, request))?.record;
  if (record?.asked.purpose !== purpose.code) return null;
  const { asked } = record;
  if (decidableBy(pack, asked, session.caller).length === 0) return null;
  if (isClosed(record, new Date(deps.now()).toISOString()))
    throw new Problem('CONFLICT', { detail: commonTexts.requestClosed });
  if (asked.text !== textDigest(text)) throw invalid('/text', commonTexts.otherText);
  return asked;
}

/**
 * Counts one test of the person in this week, for any text. Many answers would spell out values. One person makes a share of
 * those of all.
 * @throws Problem BUDGET_SPENT with the seconds until the next week, after logging it
 */
async function takeTest(call: TextCall, pack: Pack, purpose: Purpose, item: KeyItem): Promise<void> {
  const { deps, actor } = call;
  const now = deps.now();
  const monday =
    dayOf(now, pack.calendar.utcOffsetMinutes) - ((dayOf(now, pack.calendar.utcOffsetMinutes) + 3) % 7);
  const next = startOf(pack.calendar, monday + 7) / 1000;
  const { week = 0 } = pack.stories ?? {};
  const own = counterOf('tested', JSON.stringify([actor.handler.agency, actor.loggedIn]));
  const counted = await count(deps.tables.claims, {
    name: `texts:${hash('sha256', JSON.stringify([item.subject, monday]), 'base64url')}`,
    add: { tested: 1, [own]: 1 },
    below: { tested: week, [own]: shareOf(pack, week) },
    expires: next + KEPT,
  });
  if (counted) return;
  const retry = Math.max(1, Math.ceil(next - now / 1000));
  const problem = new Problem('BUDGET_SPENT', {
    rule: purpose.rule,
    reason: reasonText(pack, 'TEXTS_TESTED'),
    headers: { 'retry-after': String(retry) },
  });
  await deps.log.append([
    {
      ...textEntry(call, pack, purpose, item),
      kind: 'denial',
      outcome: 'refused',
      code: problem.code,
    },
  ]);
  throw problem;
}

/** Seconds for which a count is kept after its week, because clocks differ. */
const KEPT = 3600;

/** Opens the fields that media never get, of all owners, after logging the attempt. */
async function openHidden(
  call: TextCall,
  pack: Pack,
  purpose: Purpose,
  holding: Holding,
): Promise<Map<string, Json[]>> {
  const { deps } = call;
  const hidden = [...pack.fields.values()].filter(({ name, virtual, media }) => {
    const shown = purpose.cells.get(name);
    return !virtual && (media === 'never' || shown !== undefined);
  });
  const held = hidden.flatMap(({ name, owners }): HeldField[] =>
    owners
      .filter((owner) => holding.sheets.get(owner)?.fields.has(name))
      .map((owner) => ({ field: name, owner })),
  );
  const values = new Map<string, Json[]>();
  const keys = keysFor(pack, holding, held);
  const decoy = await decoyHolding(deps, pack);
  const names = hidden.map(({ name }) => name);
  const known = versionsOf(deps, holding, keys);
  const instead = decoy ? keysInstead(deps, pack, decoy, names, known) : new Set<KeyId>();
  if (keys.union(instead).size === 0) return values;
  await deps.log.append([
    {
      ...textEntry(call, pack, purpose, holding.item),
      kind: 'attempt',
      owners: ownersOf(pack, names),
      usedForDecision: [...new Set(held.map(({ field }) => field))],
      keys: [...keys.union(instead)],
      code: TEXT_TEST,
    },
  ]);
  const open: OpenKeys = new Map();
  await unwrapAll([
    unwrapKeys(deps, holding, keys, open),
    ...(decoy ? [unwrapKeys(deps, decoy, instead, open)] : []),
  ]);
  const opened = openFields(pack, holding, held, open);
  for (const [i, { field }] of held.entries()) {
    values.set(field, [...(values.get(field) ?? []), opened[i] ?? null]);
  }
  return values;
}

/** A public text with a word of a prohibited use is refused, like a stated reason with that word. */
async function refuseStopWord(call: TextCall, pack: Pack, purpose: Purpose, item: KeyItem): Promise<never> {
  const { rule } = pack.stopWords;
  const entry = { ...textEntry(call, pack, purpose, item), code: 'REASON_NEEDS_REVIEW', rule };
  await call.deps.log.append([
    { ...entry, kind: 'denial', outcome: 'refused' },
    { ...entry, kind: 'alert', outcome: 'raised' },
  ]);
  throw new Problem('REASON_NEEDS_REVIEW', { rule });
}

function textEntry({ actor, text }: TextCall, pack: Pack, purpose: Purpose, item: KeyItem): DataSaid {
  const { words, ...act } = actEntry(actor);
  return {
    ...act,
    operation: 'use',
    owners: holdersOf(item),
    purpose: purpose.code,
    collection: pack.collection,
    subject: item.logId,
    policy: { version: pack.version, hash: pack.hash },
    rule: purpose.rule,
    words: { ...words, request: hash('sha256', text, 'base64') },
  };
}
