/** Looks found texts up: match keys by the blind index, other values by their tokens. */

import type { LeakCheckRequest } from '../../shared/contract/routes/insight.ts';
import { Problem } from '../../shared/errors.ts';
import type { LogId, SubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { type LeakToken, leakTokensOf, subjectUnder } from '../../shared/keys/leak-tokens.ts';
import { insightTexts } from '../../shared/messages/insight.ts';
import { formsWithin } from '../../shared/policy/check/leak-forms.ts';
import { keysWithin } from '../../shared/policy/check/validate.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { lookUpIndex } from '../../shared/records/subject/index-entries.ts';
import { readLeaks } from '../../shared/records/subject/leak-index.ts';
import { readLogId } from '../../shared/records/subject/outlines.ts';
import type { InsightCall } from './screen.ts';

/** A person whom a text identifies, or may be meant for. */
export interface Match {
  subject: SubjectId;
  logId: LogId;
  near: boolean;
}

/** What one candidate finds. */
export interface Found {
  people: Match[];
  /** It holds a value that too many people have to identify one. */
  common: boolean;
  /** Numbers in it that identify no person; 1 for a text that identifies none and holds none. */
  missed: number;
}

type Looking = InsightCall & { request: LeakCheckRequest };

/** Candidates that are looked up in parallel: KMS and the store have limits that all callers share. */
const AT_ONCE = 50;
/** Most forms of all texts of a check: each is a call of KMS. */
const MOST_FORMS = 20_000;
/** Calls of KMS for forms in parallel: some 4,000 a second, which is below the quota of every region. */
const MACS_AT_ONCE = 40;

/** @returns for each candidate what it finds. @throws Problem TOO_LARGE */
export async function findAll(check: Looking): Promise<Found[]> {
  const { candidates } = check.request;
  const forms = candidates.map((text) => formsWithin(check.pack, text));
  if (forms.reduce((sum, some) => sum + some.length, 0) > MOST_FORMS) {
    throw new Problem('TOO_LARGE', { detail: insightTexts.tooMuchText });
  }
  const tokens = await tokensOf(check, forms.flat());
  const found: Found[] = [];
  for (let at = 0; at < candidates.length; at += AT_ONCE) {
    const some = candidates.slice(at, at + AT_ONCE);
    const [byKey, byToken] = await Promise.all([
      Promise.all(some.map((text) => findByKey(check, text))),
      findByToken(check, forms.slice(at, at + AT_ONCE), tokens),
    ]);
    for (const [i, { people, common, numbers }] of byToken.entries()) {
      const { people: known = [], numbers: keys = new Map() } = byKey[i] ?? {};
      found.push({
        people: [...known, ...people],
        common,
        missed: missedBy([...known, ...people], keys, numbers),
      });
    }
  }
  return found;
}

/** Each number of a text that was looked up, and whether it identifies a person. */
type Numbers = ReadonlyMap<string, boolean>;

/** A text may hold many numbers: what is looked up counts, not what is sent. */
function missedBy(people: readonly Match[], ...numbers: readonly Numbers[]): number {
  const tried = new Set(numbers.flatMap((some) => [...some.keys()]));
  const hits = [...tried].filter((number) => numbers.some((some) => some.get(number)));
  const none = people.every(({ near }) => near);
  return Math.max(none ? 1 : 0, tried.size - hits.length);
}

/** Erased subjects have no log id. */
async function matchOf({ deps }: Looking, subject: SubjectId | null, near: boolean): Promise<Match[]> {
  const logId = subject === null ? null : await readLogId(deps.tables.keys, subject);
  return subject === null || logId === null ? [] : [{ subject, logId, near }];
}

async function findByKey(check: Looking, text: string): Promise<{ people: Match[]; numbers: Numbers }> {
  const { deps, pack, now } = check;
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const people: Match[] = [];
  const numbers = new Map<string, boolean>();
  for (const { name } of pack.fields.values()) {
    for (const value of keysWithin(pack, name, text, today)) {
      const key = { collection: pack.collection, field: name, scope: '', value };
      const before = people.length;
      for (const index of await blindIndexes(deps.kms, deps.env.indexKey, key)) {
        people.push(...(await matchOf(check, await lookUpIndex(deps.tables.index, index), false)));
      }
      numbers.set(value, numbers.get(value) === true || people.length > before);
    }
  }
  return { people, numbers };
}

type Form = ReturnType<typeof formsWithin>[number];
const nameOf = ({ kind, form }: Form) => `${kind} ${form}`;

/** The tokens of each form, under every version of the key. */
async function tokensOf(
  { deps, pack }: Looking,
  forms: readonly Form[],
): Promise<ReadonlyMap<string, readonly LeakToken[]>> {
  const all = [...new Map(forms.map((one) => [nameOf(one), one]))];
  const tokens = leakTokensOf(deps.kms, deps.env.leakKey);
  const made = new Map<string, readonly LeakToken[]>();
  for (let at = 0; at < all.length; at += MACS_AT_ONCE) {
    const some = all.slice(at, at + MACS_AT_ONCE);
    await Promise.all(
      some.map(async ([name, { kind, form }]) =>
        made.set(name, await tokens.of(pack.collection, kind, form)),
      ),
    );
  }
  return made;
}

/**
 * Many people have one name, and an answer to it alone would reveal of any name whether such a person is on record: a name counts
 * only next to another value of its person.
 */
const NAMES: ReadonlySet<Form['kind']> = new Set(['name', 'sound']);

async function findByToken(
  check: Looking,
  texts: readonly (readonly Form[])[],
  tokens: ReadonlyMap<string, readonly LeakToken[]>,
): Promise<(Pick<Found, 'people' | 'common'> & { numbers: Numbers })[]> {
  const asked = texts.map((forms) =>
    forms.flatMap((one) => (tokens.get(nameOf(one)) ?? []).map((token) => ({ ...one, token }))),
  );
  const held = await readLeaks(
    check.deps.tables.index,
    asked.flat().map(({ token }) => token.name),
  );
  const people = async ({ token, near }: { token: LeakToken; near: boolean }) => {
    const members = held.get(token.name);
    if (!members || members === 'common') return [];
    const subjects = new Set(members.map(({ sealed }) => subjectUnder(token, sealed)));
    return (await Promise.all([...subjects].map((one) => matchOf(check, one, near)))).flat();
  };
  return Promise.all(
    asked.map(async (some) => {
      const hits = some.filter(({ token }) => held.has(token.name));
      const found = await Promise.all(hits.map(people));
      const values = hits.map(({ kind }) => !NAMES.has(kind));
      const others = new Set(
        found.flatMap((some, i) => (values[i] ? some.map(({ subject }) => subject) : [])),
      );
      const all = found.flatMap((some, i) =>
        values[i] ? some : some.filter(({ subject }) => others.has(subject)),
      );
      const exact = all.filter(({ near }) => !near);
      const common = hits.some(({ token }, i) => values[i] && held.get(token.name) === 'common');
      const numbers = new Map<string, boolean>();
      for (const { kind, near, form } of some) if (kind === 'number' && !near) numbers.set(form, false);
      for (const [i, { form }] of hits.entries())
        if (numbers.has(form) && (found[i]?.length ?? 0) > 0) numbers.set(form, true);
      return { people: exact.length > 0 ? exact : all, common, numbers };
    }),
  );
}
