/** `fieldgate log alerts` and `log decoy`: alerts for security officers. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { AlertFilters } from '../../../shared/client/officers.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { instant, print } from '../common.ts';
import { inLine, table } from '../terminal/table.ts';

export type Alert = LogEntry & { count: number; severity?: string; label?: string; acknowledged?: Json };

export function registerLogAlerts(log: Command): void {
  log
    .command('alerts')
    .description('show alerts, newest first; repeated ones as one with a count')
    .option('--from <time>', 'start: 2026-11-25, or 30m, 12h, 7d ago', instant, instant('31d'))
    .option('--code <code>', 'such as DECOY or OFF_HOURS')
    .option('--agency <client id>', 'about whom')
    .option('--severity <level>', 'low, medium or high')
    .option('--open', 'only alerts that were not acknowledged')
    .calls<AlertFilters & { open?: true }>(async ({ gate, options }) => {
      const { from, code, agency, severity } = options;
      const filters = { from, code, agency, severity, acknowledged: options.open && 'no' };
      const alerts = await allAlerts(gate, filters as AlertFilters);
      print(options, { alerts }, () => inWords(alerts));
    });
  log
    .command('decoy')
    .description('mark a child who does not exist: any request about it raises an alert')
    .argument('[entry]', 'the entry of its intake; default: show the marked children')
    .option('--officer <name>', 'acting officer')
    .option('--reason <text>', 'why')
    .calls<{ officer?: string; reason?: string }>(async ({ gate, options }, entry: string | undefined) => {
      if (entry === undefined) {
        const { decoys } = await gate.decoys();
        return print(options, { decoys }, () => decoysInWords(decoys as Record<string, Json>[]));
      }
      const { officer, reason } = options;
      const answer = await gate.markDecoy({ entry, ...(officer && { officer }), ...(reason && { reason }) });
      print(options, answer, () => 'Marked. Any request about it raises an alert from now on.\n');
    });
}

/** All pages of the requested alerts. */
export async function allAlerts(gate: Fieldgate, filters: AlertFilters): Promise<Alert[]> {
  const alerts: Alert[] = [];
  let cursor: string | undefined;
  do {
    const page = await gate.alerts({ ...filters, ...defined({ cursor }) });
    alerts.push(...(page['alerts'] as unknown as Alert[]));
    cursor = page['cursor'] as string | undefined;
  } while (cursor !== undefined);
  return alerts;
}

/** The agency and officer of the entry that the alert is about. */
export function agencyOf({ handler }: LogEntry): Json | undefined {
  return typeof handler === 'object' && handler !== null && !Array.isArray(handler)
    ? handler['agency']
    : undefined;
}

function inWords(alerts: Alert[]): string {
  if (alerts.length === 0) return 'No alerts.\n';
  const rows = alerts.map((alert) => [
    inLine(alert.time).slice(0, 19),
    inLine(alert.severity),
    inLine(alert['code']),
    inLine(agencyOf(alert)),
    inLine(alert['purpose']),
    String(alert.count),
    alert.acknowledged ? 'yes' : 'no',
    alert.id,
  ]);
  const head = ['last (UTC)', 'severity', 'code', 'agency', 'purpose', 'times', 'seen', 'entry'];
  return table(head, rows, { wraps: 2, lastBelow: true });
}

function decoysInWords(decoys: Record<string, Json>[]): string {
  if (decoys.length === 0) return 'No decoys.\n';
  const rows = decoys.map(({ since, logId, entry }) =>
    [inLine(since).slice(0, 19), logId, entry].map(inLine),
  );
  return table(['since (UTC)', 'log id', 'marked by entry'], rows, { lastBelow: true });
}
