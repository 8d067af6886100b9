import { Option } from 'commander';
import type { CompiledPack } from '../../../shared/policy/pack/load-pack.ts';
import type { Command } from '../command.ts';
import { all, count, open, print } from '../common.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { SHIPPED } from '../terminal/shipped.ts';
import { pairs, table } from '../terminal/table.ts';
import { type AuditReport, auditReport, type Counts } from './audit.ts';

const { report: t } = await texts('report');

/** `fieldgate report audit` and `fieldgate report processing`; the compiler is loaded only if one of them runs. */
export function registerReport(program: Command): void {
  const report = program.command('report');
  report
    .command('audit')
    .description(t.audit.what)
    .requiredOption('--year <year>', t.audit.year, count)
    .option('--pack <pack>', w.packFile, SHIPPED)
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
    .description(t.processing.what)
    .addOption(new Option('--format <format>', w.csvOrJson).choices(['csv', 'json']).default('csv'))
    .option('--pack <pack>', w.packFile, SHIPPED)
    .option('--offline', t.processing.offline)
    .runs<{ format: 'csv' | 'json'; pack: string; offline?: boolean }>(async (options) => {
      const { readCompiled } = await import('../policy/files.ts');
      const { processingCsv, processingRows } = await import('./processing.ts');
      const agencies = options.offline
        ? []
        : await all((await open(options)).gate.items('GET /v1/agencies', 'agencies', {}));
      const compiled = readCompiled(options.pack) as CompiledPack;
      const rows = processingRows(compiled, agencies);
      print(options, rows, () =>
        options.format === 'csv' ? processingCsv(compiled, rows) : `${JSON.stringify(rows, null, 1)}\n`,
      );
    });
}

function auditInWords(report: AuditReport): string {
  const { releases, emergencies, completeness } = report;
  const tables: [string, Counts][] = [
    [t.byPurpose, releases.byPurpose],
    [t.byAgency, releases.byAgency],
    [t.refusals, report.refusals],
    [t.verdicts, emergencies.verdicts],
    [t.incidents, report.incidents],
    [t.stops, report.stops],
    [t.alerts, report.alerts],
    [t.consents, report.consents],
    [t.deletions, report.deletions],
    [t.changes, report.changes],
  ];
  return [
    pairs([
      [t.year, String(report.year)],
      [label('entries'), String(report.entries)],
      [t.releases, t.about(releases.total, releases.people)],
      [t.prohibited, t.attempts(report.prohibited)],
      [t.emergencies, t.unreviewed(emergencies.total, emergencies.unreviewed)],
      [t.overdue, String(report.overdueTasks)],
      [t.readings, String(report.readings)],
      [
        t.completeness,
        t.chains(completeness.chains, completeness.missing, completeness.damaged) +
          t.differ(completeness.mismatched, completeness.erased),
      ],
    ]),
    ...tables
      .filter(([, counts]) => Object.keys(counts).length > 0)
      .map(([title, counts]) => `\n${table([title, ''], rowsOf(counts))}`),
    t.verifyToo,
  ].join('');
}

function rowsOf(counts: Counts): string[][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, String(count)]);
}
