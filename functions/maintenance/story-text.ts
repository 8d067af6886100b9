/**
 * Before a text may be used on a story card, its department has it compared with all recorded fields that
 * media never get. Opened values are neither kept nor revealed, and neither are the fields found in the text.
 * Only the digest of a text that passed is stored, and a card accepts no other text.
 */

import { hash } from 'node:crypto';
import type { TestedText } from '../../shared/contract/release.ts';
import { Problem } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import type { DataSaid } from '../../shared/log/entry/entry.ts';
import { identifies } from '../../shared/policy/check/identifies.ts';
import type { Pack, Purpose } from '../../shared/policy/pack/pack.ts';
import { holdsStopWord } from '../../shared/policy/value/stop-words.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { currentPack } from '../session/policy.ts';
import { STORY_TEXT, textDigest } from '../steps/codes.ts';
import { loadHolding } from '../steps/holding.ts';
import { appendOne } from '../steps/log.ts';
import {
  type HeldField,
  type Holding,
  keysFor,
  type OpenKeys,
  openFields,
  unwrapKeys,
} from '../steps/open-sheets.ts';
import { actEntry, personOf } from './acting.ts';
import { holdersOf, refuse, requireSubject, type SubjectCall } from './find-subject.ts';

export interface TextCall extends SubjectCall {
  text: string;
}

/** @throws Problem NO_OFFICER, NO_REASON, REFUSED, REASON_NEEDS_REVIEW, TEXT_IDENTIFIES, or a 503 */
export async function testStoryText(call: TextCall): Promise<TestedText> {
  const { deps, actor, text } = call;
  // Called for its faults: the entries need officer and reason.
  personOf(actor);
  const pack = await currentPack(deps);
  const purpose = [...pack.purposes.values()].find(({ route }) => route === 'story-cards');
  if (!purpose) throw new Problem('PURPOSE_UNKNOWN');
  const found = await requireSubject(call);
  if (holdsStopWord(pack.stopWords, text)) await refuseStopWord(call, pack, purpose, found);
  const { item, sheets } = await loadHolding(deps, found.subject);
  if (!item) return refuse(call, 'SUBJECT_UNKNOWN');
  const values = await openHidden(call, pack, purpose, { item, sheets });
  const given = identifies(pack, text, values);
  const digest = textDigest(text);
  const receipt = await appendOne(deps.log, {
    ...textEntry(call, pack, purpose, item),
    kind: given.length === 0 ? 'decision' : 'denial',
    withheld: Object.fromEntries(given.map((field) => [field, purpose.rule])),
    outcome: given.length === 0 ? 'tested' : 'refused',
    code: given.length === 0 ? 'TEXT_TESTED' : 'TEXT_IDENTIFIES',
  });
  if (given.length > 0) throw new Problem('TEXT_IDENTIFIES', { rule: purpose.rule });
  const at = new Date(deps.now()).toISOString();
  const document = { at, entry: receipt.entry, policy: pack.hash };
  await putCasework(deps.tables.casework, item.subject, {
    kind: STORY_TEXT,
    id: digest,
    document,
  });
  return { text: digest, testedAt: at, receipt };
}

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
  if (held.length === 0) return values;
  const keys = keysFor(pack, holding, held);
  await deps.log.append([
    {
      ...textEntry(call, pack, purpose, holding.item),
      kind: 'attempt',
      owners: [...new Set(held.map(({ owner }) => owner))].sort(),
      usedForDecision: [...new Set(held.map(({ field }) => field))],
      keys: [...keys],
      code: 'STORY_TEXT',
    },
  ]);
  const open: OpenKeys = new Map();
  await unwrapKeys(deps, holding, keys, open);
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
