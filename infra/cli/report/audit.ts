/**
 * The yearly audit of the data of minors (MNPR 37), answered from the log. It is made of counts alone: a name that the
 * policy does not know is counted as `other`, so that no text of a caller, no value and no person gets into it.
 */
import type { LogEntry } from '../../../shared/client/connect.ts';
import type { Json } from '../../../shared/json.ts';

export type Counts = Record<string, number>;

export interface AuditReport {
  year: number;
  entries: number;
  /** Answers that gave data, by purpose and by agency, and the distinct people they were about. */
  releases: { total: number; people: number; byPurpose: Counts; byAgency: Counts };
  /** Refused requests by code; a reason that depends on the person is `WITHHELD`. */
  refusals: Counts;
  /** Attempts at prohibited uses. */
  prohibited: number;
  emergencies: { total: number; reviewed: number; unreviewed: number; verdicts: Counts };
  incidents: Counts;
  /** Freezes, suspensions and legal holds, as `code outcome`. */
  stops: Counts;
  alerts: Counts;
  overdueTasks: number;
  consents: Counts;
  /** Deleted fields and records, by reason. */
  deletions: Counts;
  /** Changes of rights, and published policies. */
  changes: Counts;
  readings: number;
  /**
   * Chains of writers and the items missing inside them, entries that do not open or do not match their leaf, and entries
   * of which the person was erased.
   */
  completeness: { chains: number; missing: number; damaged: number; mismatched: number; erased: number };
}

/** The names that the report may contain. */
export interface KnownNames {
  purposes: ReadonlySet<string>;
  /** The obligation of an access that must be reviewed. */
  review: string | undefined;
}

/** @param entries of the year, in any order */
export async function auditReport(
  year: number,
  entries: AsyncIterable<LogEntry>,
  known: KnownNames,
): Promise<AuditReport> {
  const report: AuditReport = {
    ...{ year, entries: 0, releases: { total: 0, people: 0, byPurpose: {}, byAgency: {} } },
    ...{ refusals: {}, prohibited: 0, incidents: {}, stops: {}, alerts: {}, overdueTasks: 0 },
    emergencies: { total: 0, reviewed: 0, unreviewed: 0, verdicts: {} },
    ...{ consents: {}, deletions: {}, changes: {}, readings: 0 },
    completeness: { chains: 0, missing: 0, damaged: 0, mismatched: 0, erased: 0 },
  };
  const people = new Set<Json>();
  const urgent: string[][] = [];
  const reviewed = new Set<Json>();
  const chains = new Map<string, Set<number>>();
  for await (const entry of entries) {
    report.entries++;
    countPlace(report, chains, entry);
    countKind(report, entry, known);
    if (isRelease(entry) && entry['subject'] !== undefined) people.add(entry['subject']);
    if (isUrgent(entry, known)) urgent.push([entry.id, textOf(entry['attempt'])]);
    if (entry.kind === 'review') {
      reviewed.add(entry['about'] ?? '');
      add(report.emergencies.verdicts, codeOf(entry['outcome']));
    }
  }
  report.releases.people = people.size;
  report.emergencies.total = urgent.length;
  report.emergencies.reviewed = urgent.filter((ids) => ids.some((id) => reviewed.has(id))).length;
  report.emergencies.unreviewed = urgent.length - report.emergencies.reviewed;
  report.completeness.chains = chains.size;
  for (const items of chains.values())
    report.completeness.missing += Math.max(...items) - Math.min(...items) + 1 - items.size;
  return report;
}

function countKind(report: AuditReport, entry: LogEntry, { purposes }: KnownNames): void {
  const code = codeOf(entry['code']);
  const outcome = codeOf(entry['outcome']);
  if (isRelease(entry)) {
    const purpose = textOf(entry['purpose']);
    report.releases.total++;
    add(report.releases.byPurpose, purposes.has(purpose) ? purpose : OTHER);
    add(report.releases.byAgency, agencyOf(entry));
  } else if (entry.kind === 'denial' || entry.kind === 'decision') {
    add(report.refusals, entry['code'] === undefined ? 'WITHHELD' : code);
  } else if (entry.kind === 'prohibited') report.prohibited++;
  else if (entry.kind === 'incident') add(report.incidents, outcome);
  else if (entry.kind === 'freeze') add(report.stops, `${code} ${outcome}`);
  else if (entry.kind === 'consent') add(report.consents, outcome);
  else if (entry.kind === 'reading') report.readings++;
  else if (entry.kind === 'agency' || entry.kind === 'publication')
    add(report.changes, entry['code'] === undefined ? outcome : code);
  else if (entry.kind === 'erasure' || (entry.kind === 'maintenance' && entry['operation'] === 'delete'))
    add(report.deletions, entry['code'] === undefined ? OTHER : code);
  else if (entry.kind === 'alert' || entry.kind === 'watch') countAlerts(report, entry);
}

/** An alert is an entry of its own, or one of several in the finding of a watch. */
function countAlerts(report: AuditReport, entry: LogEntry): void {
  const words = entry['words'] as Record<string, string> | undefined;
  const finding = words?.['finding'];
  const sealed = finding?.startsWith('[') ? (JSON.parse(finding) as { code: string }[]) : [];
  const codes = entry.kind === 'alert' ? [codeOf(entry['code'])] : sealed.map(({ code }) => codeOf(code));
  for (const code of codes) {
    add(report.alerts, code);
    if (code === 'TASK_OVERDUE') report.overdueTasks++;
  }
}

function countPlace(report: AuditReport, chains: Map<string, Set<number>>, entry: LogEntry): void {
  const { completeness } = report;
  if (entry.kind === 'damaged') completeness.damaged++;
  if (entry['mismatched'] !== undefined) completeness.mismatched++;
  if (entry['erased'] !== undefined) completeness.erased++;
  const [, writer = '', seq = ''] = /^([0-9a-f]{32})-(\d+)-\d+$/.exec(entry.id) ?? [];
  if (writer === '') return;
  const items = chains.get(writer) ?? new Set();
  chains.set(writer, items.add(Number(seq)));
}

const isRelease = (entry: LogEntry) => entry.kind === 'decision' && entry['outcome'] === 'released';

function isUrgent(entry: LogEntry, { review }: KnownNames): boolean {
  const { obligations } = entry;
  return (
    isRelease(entry) && review !== undefined && Array.isArray(obligations) && obligations.includes(review)
  );
}

const OTHER = 'other';

/** A code of the policy or of the engine; no sentence can pass. */
function codeOf(value: Json | undefined): string {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,40}$/.test(value) ? value : OTHER;
}

/** Agencies are registered, so their names are not a caller's text. */
function agencyOf(entry: LogEntry): string {
  return codeOf((entry['handler'] as Record<string, Json> | undefined)?.['agency']);
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '');

function add(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
