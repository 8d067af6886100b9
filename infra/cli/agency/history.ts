/** `fieldgate agency history`: every change of a registration, from the log. */

import type { LogEntry } from '../../../shared/client/wire/types.ts';
import type { WaitingChange } from '../../../shared/contract/office.ts';
import type { Command } from '../command.ts';
import { all, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { safe } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';

const { history: t } = await texts('agency');

type Difference = WaitingChange['difference'];

export function registerHistory(agency: Command): void {
  agency
    .command('history')
    .description(t.what)
    .argument('<client id>')
    .calls(async ({ gate, options }, clientId) => {
      const entries = await all(gate.log({ kind: 'agency', about: clientId }));
      print(options, entries, () => entries.map(inWords).join('') || t.none);
    });
}

function inWords(entry: LogEntry): string {
  const { time, outcome, code, id, words } = entry as LogEntry & {
    outcome?: string;
    code?: string;
    words?: { officer?: string; reason?: string; finding?: string };
  };
  const { officer = '–', reason = '–', finding } = words ?? {};
  const { difference = [] } = JSON.parse(finding ?? '{}') as { difference?: Difference };
  const head = `${timeOf(String(time))}  ${code ?? ''}  ${outcome ?? ''}  ${safe(`${officer} (${reason})`)}  ${id}\n`;
  return head + differenceInWords(difference);
}

/** One line a member; `+` where the agency may do more than before. */
export function differenceInWords(difference: Difference): string {
  const lines = difference.map(
    ({ what, before, after, wider }) =>
      `  ${wider ? '+' : ' '} ${safe(what)}: ${safe(JSON.stringify(before))} → ${safe(JSON.stringify(after))}\n`,
  );
  return lines.join('');
}
