/**
 * The catalogue of the data that a pack shares: one line for each field, with its class of sharing and basis. It says
 * nothing of any person.
 */

import type { Text } from '../../language.ts';
import type { FieldDef, Pack } from '../pack/pack.ts';

/** The alert of a count of people from which fields are of a higher grade. */
export const GRADE_REACHED = 'DATA_GRADE_REACHED';

/** In this order as columns of the CSV; the label once for each language, as `label-en`. */
const AFTER = [
  ...(['class', 'level', 'sharing', 'basis', 'source', 'owners'] as const),
  ...(['shape', 'conditions', 'grade', 'grade-from', 'directory', 'code'] as const),
] as const;

/** `source` is the department that provides it first, `conditions` are the purposes with the form of each. */
type CatalogueRow = Record<'name' | (typeof AFTER)[number], string> & Record<`label-${string}`, string>;

export function catalogueRows(pack: Pack): CatalogueRow[] {
  return [...pack.fields.values()].map((field) => ({
    name: field.name,
    ...labelColumns(pack, field.label),
    class: field.class,
    level: field.level,
    sharing: field.sharing,
    basis: field.basis,
    source: field.owners[0] ?? '',
    owners: field.owners.join(' '),
    shape: field.shape?.is ?? '',
    conditions: [...pack.purposes.values()]
      .flatMap(({ code, cells }) => {
        const cell = cells.get(field.name);
        return cell ? [`${code}:${cell.form}`] : [];
      })
      .join(' '),
    ...gradeColumns(pack, field),
    ...codeColumns(pack, field),
  }));
}

/** The present grade, and each higher one with the number of people from which the field is of it. */
function gradeColumns({ catalogue }: Pack, { name, level }: FieldDef) {
  const grades = Object.entries(catalogue?.grades ?? {});
  const at = Math.max(
    0,
    grades.findLastIndex(([, { fields = [] }]) => fields.includes(name)),
  );
  const higher = grades.slice(at + 1).flatMap(([grade, { from }]) => {
    return from?.levels.includes(level) ? [`${grade}:${from.people}`] : [];
  });
  return { grade: grades[at]?.[0] ?? '', 'grade-from': higher.join(' ') };
}

function codeColumns({ catalogue }: Pack, { name, owners: [source = ''] }: FieldDef) {
  const directory = catalogue?.directories?.of[source];
  const code = directory?.items[name];
  return { directory: code === undefined ? '' : (directory?.code ?? ''), code: code ?? '' };
}

/** The directories of which the codes are, each of one provider; `note` is what readers must know of the codes. */
export function directoriesOf(pack: Pack) {
  const { of = {}, note } = pack.catalogue?.directories ?? {};
  const directories = Object.entries(of).map(([department, { code, provider, label }]) => ({
    code,
    provider,
    department,
    ...labelColumns(pack, label),
  }));
  return { directories, ...(note && { note }) };
}

export function catalogueCsv(pack: Pack): string {
  const labels = pack.languages.map((tag) => `label-${tag}` as const);
  return csvOf<keyof CatalogueRow>(['name', ...labels, ...AFTER], catalogueRows(pack));
}

/** One column for each language of the pack. */
export function labelColumns({ languages }: Pack, text: Text): Record<`label-${string}`, string> {
  return Object.fromEntries(languages.map((tag) => [`label-${tag}`, text[tag] ?? '']));
}

/** RFC 4180, UTF-8, with a header. */
export function csvOf<Name extends string>(
  columns: readonly Name[],
  rows: readonly Readonly<Record<Name, string>>[],
): string {
  const lines = [[...columns], ...rows.map((row) => columns.map((name) => row[name]))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
