/** Logs readings of the log, and selects the uses that an owner may read. */

import { hash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import { asSubjectId, type LogId } from '../../shared/ids.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { policyOf } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
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

/** Those entries whose person lives in an area of the caller. Other owners see the rest. */
export async function inOwnArea(
  { tables }: Pick<AuditDeps, 'tables'>,
  { caller: { areas } }: Session,
  entries: readonly StoredEntry[],
): Promise<StoredEntry[]> {
  const ids = new Set(entries.flatMap(({ words }) => words.subject ?? []));
  const counties = new Map(
    await Promise.all(
      [...ids].map(async (id) => [id, (await readOutline(tables.keys, asSubjectId(id)))?.county] as const),
    ),
  );
  return entries.filter(({ words }) => {
    const county = counties.get(words.subject ?? '') ?? '';
    return county !== '' && areas.some((area) => county.startsWith(area) || area.startsWith(county));
  });
}
