/** Which consents still rest on the record: their giver is one of those who decide for the person, and was without a break. */

import { type RecordMarks, recordMarksOf } from '../../shared/keys/record-marks.ts';
import {
  documentsOf,
  inOffice,
  type KnownDocument,
  maySpeakAs,
} from '../../shared/policy/check/documents.ts';
import { isParty } from '../../shared/policy/decide/givers.ts';
import { markedIn } from '../../shared/policy/decide/marks.ts';
import type { Responsible } from '../../shared/policy/pack/consent-policy.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { ConsentArtefact, Json } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { type CaseworkItem, CONFLICT, CONFLICT_ENDED } from '../../shared/records/casework/casework.ts';
import type { SheetMarks } from '../../shared/records/subject/sheets.ts';
import type { Deps } from '../deps.ts';
import { lastRemoval, markOf } from './marks.ts';
import type { Holding } from './open-sheets.ts';

/** What is loaded and opened of a subject. */
interface Known {
  item: Holding['item'];
  sheets: ReadonlyMap<string, { marks: SheetMarks }>;
  casework: readonly CaseworkItem[];
  values: ReadonlyMap<string, readonly { owner: string; value: Json }[]>;
}

/** @returns consent to giver, see `Situation` */
export type Rests = (known: Known, now: number) => ReadonlyMap<string, string> | undefined;

/** One KMS GenerateMac in the life of a process. @returns what gives `undefined` for a pack whose records list no representatives */
export async function restsFor(
  { kms, env }: Pick<Deps<'indexKey'>, 'kms' | 'env'>,
  pack: Pack,
): Promise<Rests> {
  const { responsible } = pack.consent.evidence;
  if (!responsible) return () => undefined;
  const tokens = await recordMarksOf(kms, env.indexKey);
  return (known, now) => restsOf(tokens, pack, responsible, known, now);
}

function restsOf(
  tokens: RecordMarks,
  pack: Pack,
  responsible: Responsible,
  { item, sheets, casework, values }: Known,
  now: number,
): ReadonlyMap<string, string> {
  const { subject } = item;
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const since = (owner: string, field: string, value: Json) =>
    Math.max(
      ...markedIn(pack, field, value).map(
        (text) => markOf(tokens, pack, subject, sheets.get(owner)?.marks, field, text) ?? Infinity,
      ),
    );
  const of = (field: string) => values.get(field) ?? [];
  // Owners who disagree: who is on each of their lists decides.
  const lists = of(responsible.field).map(({ owner, value }) =>
    inOffice(responsible, value, today).map((one) => ({
      one,
      documents: documentsOf(pack, responsible, one),
      since: since(owner, responsible.field, one),
    })),
  );
  const changed = Math.max(
    lastRemoval(pack, sheets.values()),
    ...casework
      .filter(({ kind }) => kind === CONFLICT || kind === CONFLICT_ENDED)
      .map(({ document }) => Date.parse((document as { at?: string }).at ?? '') || -Infinity),
    ...responsible.endedBy.flatMap((field) =>
      of(field).map(({ owner, value }) => since(owner, field, value)),
    ),
  );
  const rests = new Map<string, string>();
  for (const { kind, document } of casework) {
    const consent = document as ConsentArtefact;
    if (kind !== 'consent' || !isParty(pack, consent.giver, 'responsible')) continue;
    const filed = Date.parse(consent.filed ?? '');
    if (!(filed >= changed)) continue;
    if (consent.document === undefined && TOLD.has(consent.act)) {
      // Each list has one who could be told, and has not changed since.
      const could = lists.every((list) =>
        list.some(({ one }) => maySpeakAs(responsible, consent.giver, one)),
      );
      if (lists.length > 0 && could && lists.flat().every((one) => filed >= one.since))
        rests.set(consent.id, consent.giver);
      continue;
    }
    const places = lists.map((list) =>
      list.findIndex(
        ({ one, documents, since: begun }) =>
          filed >= begun &&
          maySpeakAs(responsible, consent.giver, one) &&
          documents.some((shown) =>
            giverDigests(tokens, pack, consent.id, shown).includes(consent.document ?? ''),
          ),
      ),
    );
    if (places.length > 0 && places.every((place) => place >= 0)) rests.set(consent.id, String(places[0]));
  }
  return rests;
}

/** Acts that say what a person was told, and need no word of that person. */
const TOLD: ReadonlySet<string> = new Set(['informed', 'notified']);

/**
 * A keyed digest of a document that is good for one consent: the store reveals no number, and does not reveal that one
 * person gave two consents. The newest version of the key first.
 */
export function giverDigests(
  tokens: RecordMarks,
  { collection }: Pack,
  consent: string,
  { kind, number }: KnownDocument,
): [string, ...string[]] {
  return tokens.digests(collection, '#giver', JSON.stringify([consent, kind, number]));
}
