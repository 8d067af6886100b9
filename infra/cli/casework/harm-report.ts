import { randomUUID } from 'node:crypto';
import { Option } from 'commander';
import type { Why } from '../../../shared/client/wire/types.ts';
import { openHarmRoutes } from '../../../shared/contract/routes/harm-reports.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { open, print, readText, whyFrom, withOfficer, withReceipt } from '../common.ts';
import { show } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { type PersonOptions, personOf, withPerson } from '../person.ts';
import { deadline } from '../terminal/times.ts';

const { harm: t } = await texts('desk');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface FileOptions extends PersonOptions, Why {
  what: string;
  day?: string;
  reporter: string;
  contact?: string;
  to?: string;
  area?: string;
  key?: string;
}

/** `fieldgate harm-report …`: the duty to report harm to a person. */
export function registerHarmReport(program: Command): void {
  const group = program.command('harm-report').description(about['harm-report']);
  withOfficer(withPerson(group.command('file')))
    .description(t.file.what)
    .requiredOption('--what <file>', t.file.text)
    .requiredOption('--reporter <name>', t.file.reporter)
    .option('--contact <text>', t.file.contact)
    .option('--day <day>', t.file.day)
    .addOption(new Option('--to <department>', t.file.to))
    .option('--area <code>', t.file.area)
    .option('--key <text>', t.file.key)
    .runs<FileOptions>(async (options) => {
      const { reporter, contact, day, to, area, key } = options;
      const filing = {
        ...{ subject: personOf(options), what: readText(options.what) },
        reporter: { name: reporter, ...defined({ contact }) },
        ...defined({ day, to, area }),
      };
      const { gate } = await open(options);
      const answer = await gate.call(
        'POST /v1/harm-reports',
        { body: { ...filing, ...whyFrom(options) } },
        { safety: 'keyed', headers: { 'idempotency-key': key ?? randomUUID() } },
      );
      const { id, due } = answer.report;
      print(options, withReceipt(answer.report, answer), () =>
        t.file.done(answer.report.to, id, deadline(due)),
      );
    });
  withOfficer(group.command('open'))
    .description(t.open.what)
    .argument('<id>', t.fromTask)
    .option('--purpose <code>', w.routePurpose)
    .option('--with-reporter', t.open.reporter)
    .option('--second <word>', t.open.second)
    .runs<Why & { purpose?: string; withReporter?: boolean; second?: string }>(async (options, id) => {
      const { purpose, second, withReporter = false } = options;
      const { gate } = await open(options, purpose);
      const why = { ...whyFrom(options), ...defined({ purpose, second }), reporter: withReporter };
      const answer = await gate.openReport(id, why);
      await show({ gate, options }, openHarmRoutes.openHarmReport, answer as unknown as Record<string, Json>);
    });
}
