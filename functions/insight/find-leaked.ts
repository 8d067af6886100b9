/** Looks found texts up: match keys by the blind index, other values by their tokens. */

import type { LeakCheckRequest } from '../../shared/contract/routes/insight.ts';
import { Problem } from '../../shared/errors.ts';
import type { LogId, SubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { leakTokensOf } from '../../shared/keys/leak-tokens.ts';
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
}

type Looking = InsightCall & { request: LeakCheckRequest };

/** Candidates that are looked up in parallel: KMS and the store have limits that all callers share. */
const AT_ONCE = 50;
/** Most forms of all texts of a check. */
const MOST_FORMS = 100_000;

/** @returns for each candidate what it finds. @throws Problem TOO_LARGE */
export async function findAll(check: Looking): Promise<Found[]> {
  const { candidates } = check.request;
  const forms = candidates.map((text) => formsWithin(check.pack, text));
  if (forms.reduce((sum, some) => sum + some.length, 0) > MOST_FORMS) {
    throw new Problem('TOO_LARGE', { detail: insightTexts.tooMuchText });
  }
  const found: Found[] = [];
  for (let at = 0; at < candidates.length; at += AT_ONCE) {
    const some = candidates.slice(at, at + AT_ONCE);
    const [byKey, byToken] = await Promise.all([
      Promise.all(some.map((text) => findByKey(check, text))),
      findByToken(check, forms.slice(at, at + AT_ONCE)),
    ]);
    for (const [i, { people, common }] of byToken.entries())
      found.push({ people: [...(byKey[i] ?? []), ...people], common });
  }
  return found;
}

/** Erased subjects have no log id. */
async function matchOf({ deps }: Looking, subject: SubjectId | null, near: boolean): Promise<Match[]> {
  const logId = subject === null ? null : await readLogId(deps.tables.keys, subject);
  return subject === null || logId === null ? [] : [{ subject, logId, near }];
}

async function findByKey(check: Looking, text: string): Promise<Match[]> {
  const { deps, pack, now } = check;
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const found: Match[] = [];
  for (const { name } of pack.fields.values()) {
    for (const value of keysWithin(pack, name, text, today)) {
      const key = { collection: pack.collection, field: name, scope: '', value };
      for (const index of await blindIndexes(deps.kms, deps.env.indexKey, key)) {
        found.push(...(await matchOf(check, await lookUpIndex(deps.tables.index, index), false)));
      }
    }
  }
  return found;
}

async function findByToken(
  check: Looking,
  texts: readonly ReturnType<typeof formsWithin>[],
): Promise<Found[]> {
  const { deps, pack } = check;
  const tokens = await leakTokensOf(deps.kms, deps.env.indexKey);
  const asked = texts.map((forms) =>
    forms.flatMap(({ kind, form, near }) =>
      tokens.of(pack.collection, kind, form).map((token) => ({ token, near })),
    ),
  );
  const held = await readLeaks(
    deps.tables.index,
    asked.flat().map(({ token }) => token),
  );
  const people = async ({ token, near }: { token: string; near: boolean }) => {
    const members = held.get(token);
    if (!members || members === 'common') return [];
    const subjects = new Set(members.map(({ sealed }) => tokens.subject(token, sealed)));
    return (await Promise.all([...subjects].map((one) => matchOf(check, one, near)))).flat();
  };
  return Promise.all(
    asked.map(async (some) => {
      const hits = some.filter(({ token }) => held.has(token));
      const all = (await Promise.all(hits.map(people))).flat();
      const exact = all.filter(({ near }) => !near);
      const common = hits.some(({ token }) => held.get(token) === 'common');
      return { people: exact.length > 0 ? exact : all, common };
    }),
  );
}
