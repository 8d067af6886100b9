/** What a query asks for, and whether an entry is one of those. */
import type { Entry } from '../entry/entry.ts';
import { listed, type OneOf } from './index-rows.ts';
import type { OpenedEntry } from './openings.ts';
import { isNamed, type SubjectNames } from './subject-names.ts';

export interface LogFilter extends PartFilter {
  agency?: string;
  purpose?: OneOf;
  outcome?: OneOf;
  kind?: OneOf;
  /** Exactly as given. */
  officer?: string;
  subject?: SubjectNames;
  /** Only entries of the subject that name its internal id and no log id. */
  unnamed?: boolean;
  /** The entry that a review or an alert is about. */
  about?: OneOf;
  /** Entries about data that one of these departments owns. */
  owners?: readonly string[];
  /** Excluded kinds. */
  except?: readonly string[];
}

/** Whether the filter asks for an entry. */
export function matches({ entry, words }: Pick<OpenedEntry, 'entry' | 'words'>, filter: LogFilter): boolean {
  // Auditors see a damaged entry whatever they filter by; departments never see it.
  if (!entry) return filter.owners === undefined;
  const { agency, purpose, outcome, kind, officer, subject, about, owners, except } = filter;
  if (agency !== undefined && entry.handler?.agency !== agency) return false;
  if (!isOneOf(entry.purpose, purpose) || !isOneOf(entry.outcome, outcome)) return false;
  if (!isOneOf(entry.kind, kind) || !isOneOf(entry.about, about)) return false;
  if (except?.includes(entry.kind)) return false;
  if (!hasParts(entry, filter)) return false;
  if (officer !== undefined && words.officer !== officer) return false;
  if (subject && !isNamed(subject, [entry.subject, words.subject])) return false;
  return owners === undefined || (entry.owners ?? []).some((owner) => owners.includes(owner));
}

/** @param wanted absent: any value, or none */
export function isOneOf(value: string | undefined, wanted: OneOf | undefined): boolean {
  return wanted === undefined || (value !== undefined && listed(wanted).includes(value));
}

/** Filters without an index key: each entry of the span is read. */
interface PartFilter {
  rule?: string;
  code?: string;
  /** A field that was released or withheld. */
  field?: string;
  /** The programme of a verification. */
  programme?: string;
  officerBy?: string;
  /** Whether the caller signed the request as a whole. */
  evidence?: string;
  /** The key that wrote the entry, by its id. */
  writer?: string;
}

/** Members of an entry, and of its handler. */
const PARTS = ['rule', 'code', 'programme', 'writer', 'officerBy', 'evidence'] as const;

/** Whether the entry contains what the filter names. */
function hasParts(entry: Entry, { field, ...filter }: PartFilter): boolean {
  const { fields = {}, withheld = {}, handler } = entry;
  const own: Record<string, unknown> = { ...entry, ...handler };
  if (PARTS.some((name) => filter[name] !== undefined && filter[name] !== own[name])) return false;
  if (field === undefined) return true;
  return Object.values(fields).some((one) => Object.hasOwn(one, field)) || Object.hasOwn(withheld, field);
}
