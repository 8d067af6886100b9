/** `fieldgate log alerts` and `log decoy`: alerts for security officers. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Alert } from '../../../shared/client/wire/types.ts';
import type { Answer, Query } from '../../../shared/contract/api.ts';
import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { all, fromOption, type GlobalOptions, print, repeated, type Typed } from '../common.ts';
import { derive, helpOf, listed } from '../derive/derive.ts';
import { membersFrom, withMembers } from '../derive/options.ts';
import { texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint } from '../terminal/table.ts';
import { requireNames, requireOne } from './known.ts';

const { alerts: t } = await texts('log');

type Filters = Typed<Query<'GET /v1/alerts'>>;

const ALERTS = auditRoutes.listAlerts;
const READING = { flags: { acknowledged: null }, defaults: [] };

export function registerLogAlerts(log: Command): void {
  const list = log.command('alerts');
  list
    .description(t.what)
    .addOption(fromOption(w.fromShort, '31d'))
    .option('--severity <level>', t.severity)
    .option('--open', t.open)
    .option('--ack <entry>', t.ack, repeated)
    .option('--note <text>', t.note)
    .calls<Filters & { open?: true; ack?: string[]; note?: string }>(async ({ gate, options }) => {
      const { code, agency, severity, ack, note } = options;
      if (ack !== undefined) {
        // They would choose nothing: an acknowledgement names its alerts.
        if ((code ?? agency ?? severity ?? options.open) !== undefined) throw new UsageError(t.ackAlone);
        return acknowledge(gate, options, ack, note);
      }
      if (note !== undefined) throw new UsageError(t.noteOfAck);
      requireOne('--severity', severity, ['low', 'medium', 'high']);
      await requireNames(gate, { agency });
      const filters = { ...membersFrom(options, ALERTS.query, READING), acknowledged: options.open && 'no' };
      const alerts = await allAlerts(gate, filters as Filters);
      print(options, alerts, () => inWords(alerts));
    });
  withMembers(list, ALERTS.query, { ...READING, help: helpOf(ALERTS.line, 'query'), late: false });
  log
    .command('decoy')
    .description(t.decoy.what)
    .argument('[entry]', t.decoy.entry)
    .option('--officer <name>', w.actingOfficer)
    .option('--reason <text>', t.decoy.why)
    .calls<{ officer?: string; reason?: string }>(async ({ gate, options }, entry: string | undefined) => {
      if (entry === undefined) {
        if ((options.officer ?? options.reason) !== undefined) throw new UsageError(t.decoy.nameEntry);
        const list = (await gate.call('GET /v1/decoys', {})).decoys;
        return print(options, list, () =>
          list.length === 0
            ? t.decoy.none
            : listed(auditRoutes.listDecoys, 'decoys', list, ['since', 'logId', 'entry']),
        );
      }
      const { officer, reason } = options;
      const answer = await gate.call('POST /v1/decoys', { body: { entry, ...defined({ officer, reason }) } });
      print(options, answer, () => t.decoy.marked);
    });
}

/** `fieldgate log recusals` */
export function registerRecusals(log: Command): void {
  const columns = ['agency', 'of', 'since', 'until', 'entry'];
  derive(log.command('recusals'), auditRoutes.listRecusals, { columns, none: t.noRecusals });
}

/** `fieldgate log undelivered` and `log redeliver` */
export function registerUndelivered(log: Command): void {
  const columns = ['channel', 'of', 'office', 'count', 'since', 'tries', 'fault', 'next', 'message'];
  derive(log.command('undelivered'), auditRoutes.listUndelivered, { columns, none: t.allDelivered });
  derive(log.command('redeliver'), auditRoutes.deliverAgain, { args: { channel: '[channel]' } });
}

/** Each is an entry of the log. The first that the gateway refuses ends it, after what was done is told. */
async function acknowledge(gate: Fieldgate, options: GlobalOptions, ids: string[], note?: string) {
  const acknowledged: Answer<'POST /v1/alerts/:id/acknowledge'>[] = [];
  try {
    for (const id of ids)
      acknowledged.push(await gate.call('POST /v1/alerts/:id/acknowledge', { id, body: defined({ note }) }));
  } catch (error) {
    if (acknowledged.length > 0 && !options.json) process.stderr.write(t.acknowledged(acknowledged.length));
    throw error;
  }
  print(options, acknowledged, () => t.acknowledged(ids.length));
}

/** All pages of the requested alerts. */
export const allAlerts = (gate: Fieldgate, query: Query<'GET /v1/alerts'>): Promise<Alert[]> =>
  all(gate.items('GET /v1/alerts', 'alerts', { query }));

/** Alerts that say the same of the same officer, in the order of the first of them. */
export function alikeOf(alerts: readonly Alert[]): Alert[][] {
  const groups = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const officer = alert.words?.officer;
    const key = JSON.stringify([alert.severity, alert['code'], alert.handler?.agency, officer]);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()];
}

function inWords(alerts: Alert[]): string {
  if (alerts.length === 0) return t.none;
  const columns = [
    'time',
    'severity',
    'code',
    'label',
    'handler.agency',
    'words.officer',
    'purpose',
    'count',
  ];
  return (
    listed(auditRoutes.listAlerts, 'alerts', alerts, [...columns, 'acknowledged', 'id']) +
    paint('gray', t.next, process.stdout)
  );
}
