import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import type { PostingCheck } from '../../../shared/contract/release.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';

interface Column {
  heading: string;
  values?: string[];
}

/** `fieldgate list-check` */
export function registerPosting(program: Command): void {
  program
    .command('list-check')
    .description('show which columns of a list may not be posted, by the form of the list alone')
    .argument('<file>', 'CSV table with a head')
    .option('--heads-only', 'send only the headings, no value')
    .runs<{ headsOnly?: true }>(async (options, file) => {
      const columns = columnsIn(await textOf(file), options.headsOnly === true);
      const { gate } = await open(options);
      const answer = await gate.checkPosting(columns);
      print(options, answer, () => inWords(columns, answer));
      process.exitCode = answer.may ? EXIT.ok : EXIT.refused;
    });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`);
  }
}

/** Each value of a column once. @throws UsageError that gives the line and never quotes it */
function columnsIn(text: string, headsOnly: boolean): Column[] {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new UsageError(
      `The list is no CSV table (line ${error instanceof CsvError ? error['lines'] : '?'}).`,
    );
  }
  const [head = [], ...body] = rows;
  if (head.length === 0) throw new UsageError('The list has no head.');
  return head.map((heading, at) => {
    const values = [...new Set(body.map((row) => row[at] ?? '').filter((value) => value !== ''))];
    return { heading: heading || String(at + 1), ...(!headsOnly && { values }) };
  });
}

function inWords(columns: readonly Column[], { may, columns: checked }: PostingCheck): string {
  const rows = checked.map(({ findings }, i) => [
    columns[i]?.heading ?? '',
    findings.length === 0 ? 'may be posted' : 'may not be posted',
    findings.map(({ label, by, values }) => (by === 'heading' ? label : `${label} (${values})`)).join(', '),
  ]);
  const end = may
    ? 'Nothing was found by form. A person must still read the list.'
    : 'Leave these columns out before the list is posted.';
  return `${table(['column', '', 'found'], rows)}\n${end}\n`;
}
