import type { NewEntry } from '../../shared/log/entry.ts';
import { type LogQuery, readEntries, type StoredEntry } from '../../shared/log/read.ts';
import {
  type Claim,
  type Finding,
  type Reconciled,
  readUnwrap,
  reconcile,
  type Unwrap,
} from '../../shared/log/reconcile.ts';
import type { Session } from '../http/auth.ts';
import type { Reconciliation } from '../http/contract/audit.ts';
import type { Auditing } from './app.ts';

/** Milliseconds between an entry and its unwrap, at most. CloudTrail gives whole seconds. */
const TOLERANCE = 60_000;

/**
 * Compares records of KMS with the log of the same time, and raises an alert for each mismatch that has none
 * yet: the same records may be handed in again.
 */
export async function reconcileRecords(
  auditing: Auditing,
  session: Session,
  { from, to, records, roles }: Reconciliation,
): Promise<Reconciled & { alerts: string[] }> {
  const span = { from: Date.parse(from), to: Date.parse(to) };
  const unwraps = records.map(readUnwrap).filter((one): one is Unwrap => one !== null);
  const claims: Claim[] = [];
  const around = { from: span.from - TOLERANCE, to: span.to + TOLERANCE };
  for await (const stored of walk(auditing, around, {})) {
    const claim = claimOf(stored);
    if (claim) claims.push(claim);
  }
  const result = reconcile(unwraps, claims, { ...span, tolerance: TOLERANCE, roles: new Set(roles) });
  return { ...result, alerts: await raise(auditing, session, result.findings) };
}

function claimOf({ entry, words }: StoredEntry): Claim | null {
  if (!entry || ['alert', 'review', 'writer'].includes(entry.kind)) return null;
  const keys = [...(entry.keys ?? []), ...(words.keys?.split(' ').filter(Boolean) ?? [])];
  const { id, kind, time, purpose, handler } = entry;
  if (keys.length === 0 && kind !== 'attempt') return null;
  return {
    ...{ entry: id, kind, at: Date.parse(time), keys },
    ...(handler && { agency: handler.agency }),
    ...(purpose !== undefined && { purpose }),
    ...(words.subject !== undefined && { subject: words.subject }),
  };
}

async function raise(auditing: Auditing, session: Session, findings: readonly Finding[]): Promise<string[]> {
  if (findings.length === 0) return [];
  const known = new Set<string>();
  const oldest = Math.min(...findings.map(({ at }) => at));
  for await (const { entry, words } of walk(
    auditing,
    { from: oldest, to: auditing.now() + 1 },
    { kind: 'alert' },
  )) {
    known.add(`${entry?.code} ${words.finding}`);
  }
  const fresh = findings.filter((one) => !known.has(`${one.code} ${evidenceOf(one)}`));
  const receipts = await auditing.log.append(fresh.map((finding) => alertOf(session, finding)));
  return receipts.map(({ entry }) => entry);
}

function alertOf(session: Session, finding: Finding): NewEntry {
  const { code, key, entry, unwrap } = finding;
  return {
    kind: 'alert',
    // Whoever handed the records in reports, and did nothing.
    handler: { departments: [], agency: 'fieldgate', client: session.caller.clientId },
    outcome: 'raised',
    code,
    ...(entry !== undefined && { about: entry }),
    words: { finding: evidenceOf(finding), keys: key, ...(unwrap && { subject: unwrap.subject }) },
  };
}

/** What a person needs to look the event up; the same for the same finding. */
function evidenceOf({ key, at, entry, unwrap }: Finding): string {
  const parts = unwrap
    ? [`event ${unwrap.event}`, `by ${unwrap.principal}`, `class ${unwrap.class}`]
    : [`entry ${entry}`];
  return [...parts, `key ${key}`, `at ${new Date(at).toISOString()}`].join(', ');
}

/** Every entry of a span, newest first. */
export async function* walk(
  { store }: Auditing,
  span: Pick<LogQuery, 'from' | 'to'>,
  filter: LogQuery['filter'],
): AsyncGenerator<StoredEntry> {
  let cursor: string | null = null;
  do {
    const query: LogQuery = {
      ...span,
      filter,
      limit: 1000,
      asked: { span, filter },
      ...(cursor !== null && { cursor }),
    };
    const page: { entries: StoredEntry[]; cursor: string | null } = await readEntries(store, query);
    yield* page.entries;
    cursor = page.cursor;
  } while (cursor !== null);
}
