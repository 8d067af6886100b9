/** `fieldgate log alerts` and `log decoy`: alerts for security officers. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { AlertFilters } from '../../../shared/client/officers.ts';
import type { Alert, LogEntry } from '../../../shared/client/wire/types.ts';
import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { fromOption, type GlobalOptions, print, repeated } from '../common.ts';
import { listed } from '../derive/derive.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { inLine, paint, safe, table } from '../terminal/table.ts';
import { moment, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { requireNames, requireOne } from './known.ts';

const { alerts: t } = await texts('log');
const { words: w } = await texts('words');

export function registerLogAlerts(log: Command): void {
  log
    .command('alerts')
    .description(t.what)
    .addOption(fromOption(w.fromShort, '31d'))
    .option('--code <code>', t.code)
    .option('--agency <client id>', t.agency)
    .option('--severity <level>', t.severity)
    .option('--open', t.open)
    .option('--ack <entry>', t.ack, repeated)
    .option('--note <text>', t.note)
    .calls<AlertFilters & { open?: true; ack?: string[]; note?: string }>(async ({ gate, options }) => {
      const { from, code, agency, severity, ack, note } = options;
      if (ack !== undefined) {
        // They would choose nothing: an acknowledgement names its alerts.
        if ((code ?? agency ?? severity ?? options.open) !== undefined) throw new UsageError(t.ackAlone);
        return acknowledge(gate, options, ack, note);
      }
      if (note !== undefined) throw new UsageError(t.noteOfAck);
      requireOne('--severity', severity, ['low', 'medium', 'high']);
      await requireNames(gate, { agency });
      const filters = { from, code, agency, severity, acknowledged: options.open && 'no' };
      const alerts = await allAlerts(gate, filters as AlertFilters);
      print(options, alerts, () => inWords(alerts));
    });
  log
    .command('decoy')
    .description(t.decoy.what)
    .argument('[entry]', t.decoy.entry)
    .option('--officer <name>', w.actingOfficer)
    .option('--reason <text>', t.decoy.why)
    .calls<{ officer?: string; reason?: string }>(async ({ gate, options }, entry: string | undefined) => {
      if (entry === undefined) {
        if ((options.officer ?? options.reason) !== undefined) throw new UsageError(t.decoy.nameEntry);
        const list = (await gate.decoys())['decoys'] as Record<string, Json>[];
        return print(options, list, () =>
          list.length === 0
            ? t.decoy.none
            : listed(auditRoutes.listDecoys, 'decoys', list, ['since', 'logId', 'entry']),
        );
      }
      const { officer, reason } = options;
      const answer = await gate.markDecoy({ entry, ...(officer && { officer }), ...(reason && { reason }) });
      print(options, answer, () => t.decoy.marked);
    });
}

/** Each is an entry of the log. The first that the gateway refuses ends it, after what was done is told. */
async function acknowledge(gate: Fieldgate, options: GlobalOptions, ids: string[], note?: string) {
  const acknowledged: Awaited<ReturnType<typeof gate.acknowledge>>[] = [];
  try {
    for (const id of ids) acknowledged.push(await gate.acknowledge(id, note));
  } catch (error) {
    if (acknowledged.length > 0 && !options.json) process.stderr.write(t.acknowledged(acknowledged.length));
    throw error;
  }
  print(options, acknowledged, () => t.acknowledged(ids.length));
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

/** Alerts that say the same of the same officer, in the order of the first of them. */
export function alikeOf(alerts: readonly Alert[]): Alert[][] {
  const groups = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const officer = alert.words?.officer;
    const key = JSON.stringify([alert.severity, alert['code'], agencyOf(alert), officer]);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()];
}

/** The agency and officer of the entry that the alert is about. */
export const agencyOf = ({ handler }: Pick<LogEntry, 'handler'>) => handler?.agency;

function inWords(alerts: Alert[]): string {
  if (alerts.length === 0) return t.none;
  const rows = alerts.map((alert) => [
    moment(alert.time),
    word(inLine(alert.severity)),
    inLine(alert['code']),
    safe(alert.label ? spoken(alert.label) : ''),
    inLine(agencyOf(alert)),
    inLine(alert.words?.officer),
    inLine(alert['purpose']),
    String(alert.count),
    alert.acknowledged ? w.yes : w.no,
    alert.id,
  ]);
  const head = [
    t.lastIn(zoneHere()),
    t.head.severity,
    w.code,
    w.what,
    w.agency,
    t.head.officer,
    w.purpose,
    t.head.times,
    t.head.seen,
    w.entry,
  ];
  return table(head, rows, { wraps: 3, lastBelow: true }) + paint('gray', t.next, process.stdout);
}
