/** Logs readings of the log, and selects the uses that an owner may read. */

import { hash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import { asSubjectId, type LogId } from '../../shared/ids.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { policyOf } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { touchesCounty } from '../steps/reach.ts';
import type { AuditDeps, Auditing } from './deps.ts';

/**
 * Resolves once the entry is durable. No entry is opened before that.
 * @throws Problem LOG_UNAVAILABLE: then nothing is shown
 */
export async function logReading(
  { log, pack }: Pick<Auditing, 'log' | 'pack'>,
  session: Session,
  read: { about?: string; subject?: LogId; asked?: object },
): Promise<void> {
  const { officer, case: number, reason } = session.grant;
  const { about, subject, asked = {} } = read;
  await log.append([
    {
      kind: 'reading',
      handler: handlerOf(session),
      policy: policyOf(await pack()),
      outcome: 'read',
      ...defined({ about }),
      // So that the person's own list of entries includes reads of them.
      ...defined({ subject }),
      words: {
        ...defined({ officer, case: number, reason }),
        ...evidenceWord(session),
        request: hash('sha256', JSON.stringify(asked), 'base64'),
      },
    },
  ]);
}

/** Those entries whose person lives in an area of the caller, and its own about people who live there no more. Other owners see the rest. */
export async function inOwnArea(
  deps: Pick<AuditDeps, 'tables'>,
  session: Session,
  entries: readonly StoredEntry[],
): Promise<StoredEntry[]> {
  const near = await nearAmong(deps, session, new Set(entries.flatMap(({ words }) => words.subject ?? [])));
  return entries.filter((one) => near.has(one.words.subject ?? '') || isOwnUse(session, one));
}

/** What an office received it may look at, wherever the person lives now; not what is left of it once the person is erased. */
export function isOwnUse({ caller }: Session, { entry, words }: StoredEntry): boolean {
  return words.subject !== undefined && entry?.handler?.agency === caller.clientId;
}

/** Those people who live in an area of the caller. @param ids internal ids; one that no record has is not among them */
export async function nearAmong(
  { tables }: Pick<AuditDeps, 'tables'>,
  { caller: { areas } }: Session,
  ids: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const counties = new Map(
    await Promise.all(
      [...ids].map(async (id) => [id, (await readOutline(tables.keys, asSubjectId(id)))?.county] as const),
    ),
  );
  const isNear = (county: string | undefined) => county !== undefined && touchesCounty(areas, county);
  return new Set([...ids].filter((id) => isNear(counties.get(id) || undefined)));
}
