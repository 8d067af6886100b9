/** Metrics of the runs in the text format of Prometheus, for the textfile collector of a node exporter. */

import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { texts } from '../messages/language.ts';
import type { Ran } from './report.ts';

const { service: t } = await texts('sync');

const HELP = {
  last_run_timestamp_seconds: 'When the last run ended.',
  last_success_timestamp_seconds: 'When a run last ended well.',
  duration_seconds: 'How long the last run took.',
  failures_in_a_row: 'Runs that failed since the last one that did not.',
  rows: 'Rows of the last run that did not fail, by what became of them.',
  faults: 'Faults of the last run, by their code.',
};
type Name = keyof typeof HELP;

/** Replaces what the file says of this source, at once. It names no row, so others of the machine may read it. */
export function writeMetrics(path: string, ran: Ran, failures: number): void {
  const own = `{source="${ran.source}"`;
  const ofSuccess = `fieldgate_sync_last_success_timestamp_seconds${own}`;
  const before = linesOf(path);
  const now = Math.floor(Date.now() / 1000);
  const of = (name: Name, value: number, label = '') => `fieldgate_sync_${name}${own}${label}} ${value}`;
  const fresh = [
    of('last_run_timestamp_seconds', now),
    ...(failures === 0
      ? [of('last_success_timestamp_seconds', now)]
      : before.filter((line) => line.startsWith(ofSuccess))),
    of('duration_seconds', ran.seconds),
    of('failures_in_a_row', failures),
    ...Object.entries(ran.rows ?? {}).map(([kind, n]) => of('rows', n, `,kind="${kind}"`)),
    ...Object.entries(ran.faults ?? {}).map(([code, n]) => of('faults', n, `,code="${code}"`)),
  ];
  const lines = [...before.filter((line) => !line.includes(own)), ...fresh];
  const text = Object.entries(HELP).flatMap(([name, help]) => {
    const some = lines.filter((line) => line.startsWith(`fieldgate_sync_${name}{`)).sort();
    const head = [`# HELP fieldgate_sync_${name} ${help}`, `# TYPE fieldgate_sync_${name} gauge`];
    return some.length > 0 ? [...head, ...some] : [];
  });
  try {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${text.join('\n')}\n`);
    chmodSync(draft, 0o644);
    renameSync(draft, path);
  } catch (error) {
    process.stderr.write(`${t.noMetrics(path, (error as NodeJS.ErrnoException).code ?? '')}\n`);
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('fieldgate_sync_'));
  } catch {
    return [];
  }
}
