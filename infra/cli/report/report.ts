import { Option } from 'commander';
import type { CompiledPack } from '../../../shared/policy/pack/load-pack.ts';
import type { Command } from '../command.ts';
import { count, open, print } from '../common.ts';
import { SHIPPED } from '../policy/policy.ts';
import { pairs, table } from '../terminal/table.ts';
import { type AuditReport, auditReport, type Counts } from './audit.ts';

/** `fieldgate report audit` and `fieldgate report processing`; the compiler is loaded only if one of them runs. */
export function registerReport(program: Command): void {
  const report = program.command('report').description('reports for the yearly audit, made of counts alone');
  report
    .command('audit')
    .description('answer a yearly audit from the log, as an auditor')
    .requiredOption('--year <year>', 'in the time zone of the policy', count)
    .option('--pack <pack>', 'folder or compiled file', SHIPPED)
    .runs<{ year: number; pack: string }>(async (options) => {
      const { year } = options;
      const { readPack } = await import('../policy/files.ts');
      const { gate } = await open(options);
      const { purposes, approvals, calendar } = readPack(options.pack);
      const known = { purposes: new Set(purposes.keys()), review: approvals?.review?.obligation };
      const start = (one: number) =>
        new Date(Date.UTC(one, 0, 1) - calendar.utcOffsetMinutes * 60_000).toISOString();
      const entries = gate.log({ from: start(year), to: start(year + 1), limit: 200 });
      const answer = await auditReport(year, entries, known);
      print(options, answer, () => auditInWords(answer));
    });
  report
    .command('processing')
    .description(
      'the record of processing: each purpose with basis, data, recipients, deletion and assessment',
    )
    .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
    .option('--pack <pack>', 'folder or compiled file', SHIPPED)
    .option('--offline', 'without the register: no recipients are named')
    .runs<{ format: 'csv' | 'json'; pack: string; offline?: boolean }>(async (options) => {
      const { readCompiled } = await import('../policy/files.ts');
      const { csvOf } = await import('../../../shared/policy/present/catalogue.ts');
      const { PROCESSING, processingRows } = await import('./processing.ts');
      const agencies = [];
      if (!options.offline) {
        const { gate } = await open(options);
        for await (const agency of gate.agencies.list()) agencies.push(agency);
      }
      const rows = processingRows(readCompiled(options.pack) as CompiledPack, agencies);
      process.stdout.write(
        options.format === 'csv' && !options.json
          ? csvOf(PROCESSING, rows)
          : `${JSON.stringify(rows, null, 1)}\n`,
      );
    });
}

function auditInWords(report: AuditReport): string {
  const { releases, emergencies, completeness } = report;
  const tables: [string, Counts][] = [
    ['releases by purpose', releases.byPurpose],
    ['releases by agency', releases.byAgency],
    ['refusals', report.refusals],
    ['verdicts of reviews', emergencies.verdicts],
    ['incidents', report.incidents],
    ['freezes, suspensions and holds', report.stops],
    ['alerts', report.alerts],
    ['consents', report.consents],
    ['deletions', report.deletions],
    ['register and policy', report.changes],
  ];
  return [
    pairs([
      ['year', String(report.year)],
      ['entries', String(report.entries)],
      ['releases', `${releases.total} about ${releases.people} people`],
      ['prohibited uses', `${report.prohibited} attempts`],
      ['emergencies', `${emergencies.total}, of which ${emergencies.unreviewed} were not reviewed`],
      ['overdue tasks', String(report.overdueTasks)],
      ['readings of the log', String(report.readings)],
      [
        'completeness',
        `${completeness.chains} chains, ${completeness.missing} items missing, ${completeness.damaged} damaged, ` +
          `${completeness.mismatched} differ from their leaf, ${completeness.erased} of erased people`,
      ],
    ]),
    ...tables
      .filter(([, counts]) => Object.keys(counts).length > 0)
      .map(([title, counts]) => `\n${table([title, ''], rowsOf(counts))}`),
    '\n`fieldgate log verify` checks the whole tree of the log.\n',
  ].join('');
}

function rowsOf(counts: Counts): string[][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, String(count)]);
}
