import { randomUUID } from 'node:crypto';
import type { Why } from '../../../shared/client/wire/types.ts';
import { harmRoutes, openHarmRoutes } from '../../../shared/contract/routes/harm-reports.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { open, readText, whyFrom, withOfficer } from '../common.ts';
import { derive, show } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { deadline } from '../terminal/times.ts';

const { harm: t } = await texts('desk');

/** `fieldgate harm-report …`: the duty to report harm to a person. */
export function registerHarmReport(program: Command): void {
  const group = program.command('harm-report');
  const filing = group
    .command('file')
    .requiredOption('--reporter <name>', t.file.reporter)
    .option('--contact <text>', t.file.contact)
    .option('--to <department>', t.file.to)
    .option('--key <text>', t.file.key);
  derive(filing, harmRoutes.reportHarm, {
    flags: { what: '--what <file>', day: '--day <day>', area: '--area <code>', reporter: null },
    completes(ask, options) {
      const { reporter, contact } = options as { reporter?: string; contact?: string };
      ask['what'] = readText(String(ask['what']));
      ask['reporter'] = defined({ name: reporter, contact }) as Json;
    },
    how: (options) => {
      const { key = randomUUID() } = options as { key?: string };
      return { safety: 'keyed', headers: { 'idempotency-key': key } };
    },
    says: ({ to, id, due }) => t.file.done(String(to), String(id), deadline(String(due))),
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
