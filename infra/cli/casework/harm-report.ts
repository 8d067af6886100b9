import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { HarmFiling } from '../../../shared/client/harm-reports.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { OpenedReport } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { open, print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe } from '../terminal/table.ts';
import { type PersonOptions, personOf, withPerson } from './consent.ts';

interface FileOptions extends PersonOptions, Why {
  what: string;
  day?: string;
  reporter: string;
  contact?: string;
  to?: string;
  area?: string;
  key?: string;
}

/** `fieldgate harm-report …`: the duty to report harm to a child. */
export function registerHarmReport(program: Command): void {
  const group = program.command('harm-report').description('report harm to a child, and open such reports');
  withOfficer(withPerson(group.command('file')))
    .description('report harm to the police or civil affairs; the reporter stays sealed')
    .requiredOption('--what <file>', 'text of the report')
    .requiredOption('--reporter <name>', 'the person who reports')
    .option('--contact <text>', 'how the receiving body reaches the reporter')
    .option('--day <day>', 'YYYY-MM-DD, when it was noticed or happened')
    .addOption(new Option('--to <department>', 'receiving department, such as MPS or MCA'))
    .option('--area <code>', 'receiving county, if this office has several')
    .option('--key <text>', 'a repeat with the same key is the same report')
    .runs<FileOptions>(async (options) => {
      const { reporter, contact, day, to, area, key } = options;
      const filing: HarmFiling = {
        ...{ subject: personOf(options), what: textOf(options.what) },
        reporter: { name: reporter, ...defined({ contact }) },
        ...defined({ day, to, area }),
      };
      const { gate } = await open(options);
      const answer = await gate.harmReports.file(filing, whyFrom(options), key);
      const { id, due } = answer.report;
      print(options, answer, () => `Reported to ${answer.report.to} as ${id}, which has it by ${due}.\n`);
    });
  withOfficer(group.command('open'))
    .description('open a report that this office received, for the purpose of the duty to report')
    .argument('<id>', 'as shown by the task (about)')
    .option('--purpose <code>', 'purpose of the token', 'R1')
    .option('--with-reporter', 'open the reporter too')
    .runs<Why & { purpose: string; withReporter?: boolean }>(async (options, id) => {
      const { purpose, withReporter = false } = options;
      const { gate } = await open(options, purpose);
      const why = { ...whyFrom(options), purpose, reporter: withReporter };
      const answer = await gate.harmReports.open(id, why);
      print(options, answer, () => inWords(answer.report));
    });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r\n/g, '\n').trim();
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function inWords({ id, at, child, what, day, reporter }: OpenedReport): string {
  const numbers = Object.entries(child.match ?? {}).map(([name, value]) => `${name} ${safe(value)}`);
  return pairs([
    ['report', id],
    ['made', at],
    ['child', child.ref ?? numbers.join(', ')],
    ...(day === undefined ? [] : [['day', day] as [string, string]]),
    ['what', safe(what)],
    ...(reporter
      ? ([
          ['reporter', safe([reporter.name, reporter.contact].filter(Boolean).join(', '))],
          ['handed in by', safe(`${reporter.officer} of ${reporter.agency}`)],
        ] as [string, string][])
      : []),
  ]);
}
