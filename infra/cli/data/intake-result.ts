/** The results of an intake in words. */

import type { IntakeReport } from '../../../shared/client/intake.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { ProblemBody } from '../../../shared/contract/common.ts';
import type { IntakeResult, RefusedField } from '../../../shared/contract/release.ts';
import { asRow, type ResultRow } from '../lists/table-out.ts';
import { label } from '../messages/labels.ts';
import { spoken, texts, words as w } from '../messages/language.ts';
import { mark, safe, table } from '../terminal/table.ts';

const { intake: t } = await texts('data');
const { intakeList: l } = await texts('lists');

/** The columns of the result. */
export const COLUMNS = ['outcome', 'code', 'words', 'ref', 'version', 'refused', 'flagged'] as const;

export function rowOf(result: IntakeResult | undefined): ResultRow {
  if (result === undefined) return asRow({ outcome: 'OPEN', words: l.open });
  if ('problem' in result) {
    const { code, detail, title } = result.problem;
    return asRow({
      outcome: 'FAILED',
      code,
      words: `${detail ?? title ?? ''}${faultsNamed(result.problem)}`,
    });
  }
  const { ref = '', sheetVersion, created, refused, warnings, untold = 0 } = result;
  const all = Object.entries(refused);
  const more = untold > 0 ? t.andMore(untold) : '';
  return asRow({
    outcome: created ? 'CREATED' : 'UPDATED',
    code: all[0]?.[1].code ?? '',
    words: all.map(([field, one]) => `${field}: ${spoken(one.reason ?? {})}`).join('; ') + more,
    ref,
    version: sheetVersion === undefined ? '' : String(sheetVersion),
    refused: all.map(([field, { code }]) => `${field}: ${code}`).join('; ') + more,
    flagged: warnings.map(({ field, code }) => `${field}: ${code}`).join('; '),
  });
}

/** @param asked as they were sent, each with the result of its place. @param counts what their numbers count. @param open records that were not sent */
export function inWords(
  report: IntakeReport,
  dryRun: boolean,
  asked: readonly { row: number; record: IntakeRecord }[],
  counts: 'line' | 'record',
  open: number,
): string {
  const { results, created, updated, failed } = report;
  const done = dryRun ? t.wellFormed(updated, failed) : t.counts(created, updated, failed);
  const flagged = results.filter((one) => !('problem' in one) && one.warnings.length > 0).length;
  const head =
    t.of(results.length, done) +
    (flagged > 0 ? t.flaggedSome(flagged) : '') +
    (open > 0 ? t.openSome(open) : '');
  const isWhole = open === 0 && failed === 0 && flagged === 0 && !results.some(hasRefusals);
  const rows = report.results.flatMap((result, at) =>
    rowsOf(result, asked[at]?.row ?? at + 1, asked[at]?.record),
  );
  const shown = rows.slice(0, 50);
  const more = rows.length > shown.length ? t.more(rows.length - shown.length) : '';
  const remarks =
    rows.length > 0
      ? `\n${table([counts === 'line' ? l.line : t.record, label('field'), label('code'), label('rule'), w.what], shown)}${more}`
      : '';
  return `${mark(isWhole ? 'good' : 'open')} ${head}${dryRun ? t.dry : ''}\n${remarks}`;
}

/** Rows for fields that were not written, or written with a warning. */
function rowsOf(result: IntakeResult, number: number, record: IntakeRecord | undefined): string[][] {
  if ('problem' in result) {
    const { problem } = result;
    return [...faultRows(problem, String(number), record), ...untoldRow(problem.untold, String(number))];
  }
  const refused = Object.entries(result.refused).map(([field, { code, rule, reason, faults = [] }]) => [
    String(number),
    safe(field),
    code,
    rule ?? '',
    safe([t.notStored(spoken(reason ?? {})), ...faults.map(faultInWords)].join(' ')),
  ]);
  const warned = result.warnings.map(({ field, code }) => {
    const what = result.written.includes(field) ? t.flagged : t.wrongKey;
    return [String(number), safe(field), code, '', what];
  });
  return [...refused, ...untoldRow(result.untold, String(number)), ...warned];
}

/** A row for each place that the problem names; for one that names none its sentence. */
function faultRows(
  { code, rule = '', detail, title, errors = [] }: ProblemBody,
  number: string,
  record: IntakeRecord | undefined,
): string[][] {
  if (errors.length === 0) return [[number, '', code, rule, safe(detail ?? title ?? '')]];
  const fieldOf = namesIn(errors, record);
  return errors.map(({ path, message }) => {
    const [, own, rest] = /^([A-Z][A-Z_]+): ?([\s\S]*)$/.exec(message) ?? [];
    return [number, safe(fieldOf(path)), own ?? code, rule, safe(rest ?? message)];
  });
}

/** A row for faults that the answer only counts. */
function untoldRow(untold: number | undefined, number: string): string[][] {
  return untold === undefined ? [] : [[number, '', '', '', t.untold(untold)]];
}

/**
 * The names of places as the file has them. The gateway does not repeat the name of an unknown field: if it refused every field,
 * the ones that it does not name are those, in their order.
 */
function namesIn(errors: NonNullable<ProblemBody['errors']>, record: IntakeRecord | undefined) {
  const named = new Set(errors.map(({ path }) => path.split('/')[2] ?? ''));
  const unknown = errors.filter(({ path }) => path === UNKNOWN).length;
  const others = Object.keys(record?.fields ?? {}).filter((field) => !named.has(field));
  const rest = others.length === unknown ? others : [];
  return (path: string) => {
    const name = path === UNKNOWN ? rest.shift() : undefined;
    return name ?? path.replace(/^\/(fields\/)?/, '').replaceAll('/', '.');
  };
}

const UNKNOWN = '/fields/*';

/** Where in the field, and what. */
export function faultInWords({ path, message }: NonNullable<RefusedField['faults']>[number]): string {
  return path === '' ? spoken(message) : `${path} ${spoken(message)}`;
}

export function hasRefusals(result: IntakeResult): boolean {
  return !('problem' in result) && Object.keys(result.refused).length > 0;
}

/** The first few places in the record that the problem names. */
function faultsNamed({ errors = [], untold = 0 }: ProblemBody): string {
  const named = errors.slice(0, 3).map(({ path, message }) => ` ${path} ${message}`);
  const more = errors.length - named.length + untold;
  return named.join(';') + (more > 0 ? t.andMore(more) : '');
}
