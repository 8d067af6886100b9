/** Log entries in the form that the pages use. */
import type { LogEntry as Entry } from '../../../../shared/client/wire/types.ts';
import type { Answer, Query } from '../../../../shared/contract/api.ts';
import { fieldName, officeName, purposeName } from '../gateway/reference.ts';
import { t } from '../text.ts';

interface Row extends Omit<LogEntry, 'handler' | 'fields' | 'words' | 'evidence'> {
  agency?: string;
  officer?: string;
  officerBy?: string;
  evidence?: string;
  fields?: string[];
}

export type LogEntry = Entry & {
  leafHash: string /** Of a row: the log has a verdict on it. */;
  reviewed?: boolean;
};

/** The filters of an address, which the gateway checks. */
export const filterIn = (about: string) =>
  Object.fromEntries(new URLSearchParams(about)) as Omit<Query<'GET /v1/log/entries'>, 'limit'>;

export const asEntry = (answer: unknown) => answer as LogEntry;

/** A row of a list as an entry, with its fields' names and no forms. */
export function asRow(answer: Answer<'GET /v1/log/entries'>['entries'][number]): LogEntry {
  const { agency, officer, officerBy, evidence, fields, ...row } = answer as unknown as Row;
  const entry = {
    ...row,
    handler: { agency, officerBy, evidence },
    words: { officer },
    fields: { '': Object.fromEntries((fields ?? []).map((name) => [name, ''])) },
  };
  return entry as unknown as LogEntry;
}

export const kindName = (kind: string) => t().log.kinds[kind] ?? kind;
/** @param kind of the entry, on which depends for whom it is */
export function outcomeName(outcome: string | undefined, kind = ''): string {
  const { outcomes } = t().log;
  return outcome === undefined ? '' : (outcomes[`${kind}:${outcome}`] ?? outcomes[outcome] ?? outcome);
}
export const formName = (form: string) => t().log.forms[form] ?? form;

export function givenFields({
  fields = {},
}: LogEntry): { department: string; field: string; form: string }[] {
  return Object.entries(fields).flatMap(([department, own]) =>
    Object.entries(own).map(([field, form]) => ({ department, field, form })),
  );
}

/** The content of an entry in sentences of the chosen language, without text written by others. */
export function sentencesOf(entry: LogEntry, basis: string | undefined): string[] {
  const { sentence, claimed, authenticated } = t().entry;
  const office = officeName(entry.handler?.agency) || kindName(entry.kind);
  const [given, withheld] = [givenFields(entry).length, Object.keys(entry.withheld ?? {}).length];
  const asked = entry.purpose !== undefined && given + withheld > 0;
  const what = [kindName(entry.kind), outcomeName(entry.outcome, entry.kind), purposeName(entry.purpose)]
    .filter(Boolean)
    .join(' · ');
  const { officer } = entry.words ?? {};
  const how = entry.handler?.officerBy === 'authenticated' ? authenticated : claimed;
  return [
    asked
      ? sentence.decision(office, given + withheld, `${purposeName(entry.purpose)} (${entry.purpose})`)
      : sentence.other(office, what),
    ...(officer === undefined ? [] : [sentence.officer(officer, how)]),
    ...(entry.words?.case === undefined ? [] : [sentence.case(entry.words.case)]),
    ...(asked ? [sentence.given(given), ...(withheld > 0 ? [sentence.withheld(withheld)] : [])] : []),
    ...(basis === undefined ? [] : [sentence.ground(basis)]),
  ];
}

export const fieldsInShort = (entry: LogEntry) =>
  givenFields(entry)
    .map(({ field }) => fieldName(field))
    .join(', ');
