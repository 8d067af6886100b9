/** Which consents still rest on the record: their giver is one of those who decide for the person, and was without a break. */

import { asSubjectId, type SubjectId } from '../../shared/ids.ts';
import { type RecordMarks, recordMarksOf } from '../../shared/keys/record-marks.ts';
import {
  documentsOf,
  inOffice,
  type KnownDocument,
  maySpeakAs,
} from '../../shared/policy/check/documents.ts';
import { isParty } from '../../shared/policy/decide/givers.ts';
import { markedIn } from '../../shared/policy/decide/marks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Responsible } from '../../shared/policy/pack/parts.ts';
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

/**
 * Begun in the round that opens the facts. It costs calls only where these say who decides for a person, and then equally many
 * for a person with consents and without, or of whom no record exists.
 * @param facts the fields that are opened for the decision
 * @returns what gives `undefined` for a pack whose records list no representatives
 */
export async function restsFor(
  deps: Pick<Deps<'indexKey'>, 'kms' | 'env'>,
  pack: Pack,
  facts: readonly string[],
  people: readonly { subject: SubjectId; casework: readonly CaseworkItem[] }[],
): Promise<Rests> {
  const { responsible } = pack.consent.evidence;
  if (!responsible) return () => undefined;
  const known = facts.includes(responsible.field) ? people : [];
  const all = await Promise.all(
    known.map(async ({ subject, casework }) => {
      const consents = casework.filter(({ kind }) => kind === 'consent').map(({ document }) => document);
      return [subject, await giversOf(deps, subject, consents as ConsentArtefact[])] as const;
    }),
  );
  const givers = new Map(all);
  return (person, now) =>
    restsOf(givers.get(person.item.subject) ?? new Map(), pack, responsible, person, now);
}

function restsOf(
  givers: Givers,
  pack: Pack,
  responsible: Responsible,
  { item, sheets, casework, values }: Known,
  now: number,
): ReadonlyMap<string, string> {
  const marks = givers.get(item.subject);
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const since = (owner: string, field: string, value: Json) =>
    Math.max(
      ...markedIn(pack, field, value).map(
        (text) => (marks && markOf(marks, pack, sheets.get(owner)?.marks, field, text)) ?? Infinity,
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
          documents.some((shown) => isShownBy(givers, pack, consent, shown)),
      ),
    );
    if (places.length > 0 && places.every((place) => place >= 0)) rests.set(consent.id, String(places[0]));
  }
  return rests;
}

/** Acts that say what a person was told, and need no word of that person. */
const TOLD: ReadonlySet<string> = new Set(['informed', 'notified']);

/** Marks by the record whose key they are under: the person's, and of each that was merged into it and has consents. */
type Givers = ReadonlyMap<SubjectId, RecordMarks>;

/** One KMS GenerateMac for the person, and one for each record that was merged into it and under whose name consents were filed. */
export async function giversOf(
  { kms, env }: Pick<Deps<'indexKey'>, 'kms' | 'env'>,
  subject: SubjectId,
  consents: readonly Pick<ConsentArtefact, 'document'>[],
): Promise<Givers> {
  const all = new Set([subject, ...consents.flatMap(({ document }) => underOf(document) ?? [])]);
  const made = [...all].map(async (one) => [one, await recordMarksOf(kms, env.indexKey, one)] as const);
  return new Map(await Promise.all(made));
}

/** Whether the giver of the consent showed this document. */
export function isShownBy(
  givers: Givers,
  pack: Pack,
  { id, document }: Pick<ConsentArtefact, 'id' | 'document'>,
  shown: KnownDocument,
): boolean {
  const under = underOf(document);
  const marks = under && givers.get(under);
  return (
    under !== undefined && marks !== undefined && giverDigest(under, marks, pack, id, shown) === document
  );
}

/**
 * A keyed digest of a document that is good for one consent: the store reveals no number, and does not reveal that one
 * person gave two consents. It names the record under which the consent was filed, because merging and its undo move consents
 * as they are.
 */
export function giverDigest(
  under: SubjectId,
  marks: RecordMarks,
  { collection }: Pack,
  consent: string,
  { kind, number }: KnownDocument,
): string {
  return `${under}.${marks.of(collection, '#giver', JSON.stringify([consent, kind, number]))}`;
}

function underOf(document: string | undefined): SubjectId | undefined {
  const [, under] = /^([\w-]{22})\./.exec(document ?? '') ?? [];
  return under === undefined ? undefined : asSubjectId(under);
}
