import { CsvError, parse } from 'csv-parse/sync';
import type { PostingCheck } from '../../../shared/contract/release.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { readNamed } from '../terminal/named-files.ts';
import { table } from '../terminal/table.ts';

const { posting: t } = await texts('data');

interface Column {
  heading: string;
  values?: string[];
}

/** `fieldgate list-check` */
export function registerPosting(program: Command): void {
  program
    .command('list-check')
    .argument('<file>', t.file)
    .option('--heads-only', t.headsOnly)
    .runs<{ headsOnly?: true }>(async (options, file) => {
      const columns = columnsIn(readNamed(file), options.headsOnly === true);
      const { gate } = await open(options);
      const answer = await gate.call('POST /v1/posting-checks', { body: { columns } });
      print(options, answer, () => inWords(columns, answer));
      process.exitCode = answer.may ? EXIT.ok : EXIT.refused;
    });
}

/** Each value of a column once. @throws UsageError that gives the line and never quotes it */
function columnsIn(text: string, headsOnly: boolean): Column[] {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new UsageError(t.notCsv(error instanceof CsvError ? error['lines'] : '?'));
  }
  const [head = [], ...body] = rows;
  if (head.length === 0) throw new UsageError(t.noHead);
  return head.map((heading, at) => {
    const values = [...new Set(body.map((row) => row[at] ?? '').filter((value) => value !== ''))];
    return { heading: heading || String(at + 1), ...(!headsOnly && { values }) };
  });
}

function inWords(columns: readonly Column[], { may, columns: checked }: PostingCheck): string {
  const rows = checked.map(({ findings }, i) => [
    columns[i]?.heading ?? '',
    findings.length === 0 ? t.may : t.mayNot,
    findings
      .map(({ label, by, values }) => (by === 'heading' ? spoken(label) : `${spoken(label)} (${values})`))
      .join(', '),
  ]);
  const end = may ? t.nothing : t.leaveOut;
  return `${table([t.column, '', t.found], rows)}\n${end}\n`;
}
