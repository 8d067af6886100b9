/** Turns requests into queries of the log. */

import type { EntriesQuery } from '../../shared/contract/routes/log.ts';
import { defined } from '../../shared/defined.ts';
import { asLogId, type ClientId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { LogFilter } from '../../shared/log/read/filter.ts';
import type { LogQuery } from '../../shared/log/read/read.ts';
import { logIdAlone, namesOf } from '../../shared/log/read/subject-names.ts';
import { readLogNames } from '../../shared/records/subject/outlines.ts';
import type { Session } from '../session/session.ts';
import type { AuditDeps } from './deps.ts';

const DAY_MS = 86_400_000;
/** Days that a query without `from` covers. */
const DEFAULT_DAYS = 31;
/** Milliseconds by which the clocks of log writers may be ahead. */
const AHEAD_MS = 5 * 60_000;

interface Asked {
  from?: string | undefined;
  to?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** @returns `null` if no subject has the reference: then there are no entries. */
export async function auditQuery(
  deps: AuditDeps,
  { caller: { clientId } }: Pick<Session, 'caller'>,
  asked: EntriesQuery,
  defaultLimit: number,
): Promise<LogQuery | null> {
  const { agency, purpose, officer, outcome, kind, ref, rule, code, field, about, owner } = asked;
  const { programme, officerBy, evidence, writer } = asked;
  const subject = ref === undefined ? undefined : await subjectOf(deps, clientId, ref);
  if (subject === null) return null;
  // Attempts only commit to their subject, so a log id alone does not find them.
  const named = asked.subject === undefined ? undefined : logIdAlone(asLogId(asked.subject));
  const filter: LogFilter = {
    ...defined({
      agency,
      purpose,
      officer,
      outcome,
      kind,
      rule,
      code,
      field,
      about,
      programme,
      officerBy,
      evidence,
      writer,
      owners: owner === undefined ? undefined : [owner],
      subject: subject ?? named,
    }),
  };
  return query(deps, asked, filter, defaultLimit, {
    ...asked,
    cursor: undefined,
    limit: undefined,
    clientId,
  });
}

/** Releases of data of the departments for which the caller speaks. Refusals are not uses. */
export function usageQuery(
  deps: AuditDeps,
  departments: readonly string[],
  asked: Asked,
  defaultLimit: number,
): LogQuery {
  return query(deps, asked, usesOf(departments), defaultLimit, { departments });
}

export const usesOf = (departments: readonly string[]): LogFilter => ({
  owners: departments,
  outcome: 'released',
  except: ['intake', 'attempt'],
});

/** The span of a query; the last 31 days if it names none. */
export function spanOf({ now }: AuditDeps, { from, to }: Asked): { from: number; to: number } {
  const latest = now() + AHEAD_MS;
  const end = to === undefined ? latest : Math.min(Date.parse(to), latest);
  return { from: from === undefined ? end - DEFAULT_DAYS * DAY_MS : Date.parse(from), to: end };
}

function query(
  deps: AuditDeps,
  { from, to, cursor, limit }: Asked,
  filter: LogFilter,
  defaultLimit: number,
  asked: object,
): LogQuery {
  return {
    // The end is limited, because a query reads one day after another and future days have no entries.
    ...spanOf(deps, { from, to }),
    filter,
    limit: limit ?? defaultLimit,
    ...defined({ cursor }),
    asked: { ...asked, from, to },
  };
}

/**
 * The names in the log of the subject with the auditor's reference.
 * @returns `null` if no subject has the reference, or the subject was erased and so has no log id any more.
 */
export async function subjectOf(
  { env, kms, tables }: AuditDeps,
  clientId: ClientId,
  ref: string,
): Promise<NonNullable<LogFilter['subject']> | null> {
  const id = (await referencesOf(kms, env.referenceKey, clientId)).toSubject(ref);
  if (id === null) return null;
  const names = await readLogNames(tables.keys, id);
  return names && namesOf(names);
}
