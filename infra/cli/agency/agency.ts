import { readFileSync } from 'node:fs';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LogEntry, Why } from '../../../shared/client/wire/types.ts';
import type { Body } from '../../../shared/contract/api.ts';
import type { Receipt } from '../../../shared/contract/common.ts';
import type { AgencyRights, AgencyView, WaitingChange } from '../../../shared/contract/office.ts';
import { agencyRoutes } from '../../../shared/contract/routes/agencies.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { all, type GlobalOptions, print, whyOf, withWhy } from '../common.ts';
import { derive, listed, show } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { safe } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { registerAdd } from './add.ts';
import { type AgencyChange, type AgencyKeySource, init, readKeySet, rotate } from './agency-keys.ts';

const { agency: t, history: h } = await texts('agency');

interface KeyOptions extends Why {
  jwks?: string;
  jwksUrl?: string;
}

const args = { id: 'client id', entry: 'entry' };
const pending = ({ expiresAt, receipt }: Waits, { id = '' }: { id?: string }) =>
  t.waits(timeOf(String(expiresAt)), (receipt as unknown as Receipt).entry, id);
type Waits = Record<string, Json>;

/** Acts of a steward on one agency. */
const own = { args: { id: args.id }, pending };

/** `fieldgate agency …`: the keys of an agency, and the register of agencies for stewards. */
export function registerAgency(program: Command): void {
  const agency = program.command('agency');
  agency
    .command('init')
    .description(t.init.what)
    .requiredOption('--client-id <id>', t.init.clientId)
    .requiredOption('--out <path>', t.init.out)
    .option('--hybrid', t.init.hybrid)
    .runs<Parameters<typeof init>[0]>(init);
  registerAdd(agency);
  agency
    .command('rotate')
    .description(t.rotate)
    .option('--hybrid', t.init.hybrid)
    .runs<GlobalOptions & { hybrid?: boolean }>(async (options) => {
      const rotated = await rotate(options);
      if (rotated) await changed(rotated.gate, options, rotated.change, options.as ?? '<client id>');
    });
  agency
    .command('list')
    .description(t.list)
    .calls(async ({ gate, options }) => {
      const agencies = await all(gate.items('GET /v1/agencies', 'agencies', {}));
      const waiting = await all(gate.items('GET /v1/agencies', 'waiting', {}));
      const words = () => [registerInWords(agencies), ...waiting.map(waitingInWords)].join('');
      print(options, agencies, words, { waiting });
    });
  registerHistory(agency);
  const after = ({ clientId }: Waits) => `\n${t.nextCall(String(clientId))}`;
  derive(agency.command('confirm'), agencyRoutes.confirmAgency, { ...own, args, after });
  derive(agency.command('show'), agencyRoutes.readAgency, { args: own.args });
  withWhy(withKeys(agency.command('register').description(t.register.what)))
    .argument('<file>', t.register.file)
    .calls<KeyOptions>(async ({ gate, options }, file) => {
      const named = readJson(file) as Body<'POST /v1/agencies'>;
      const change = await gate.call('POST /v1/agencies', {
        body: { ...named, ...keysOf(options), ...whyOf(options) },
      });
      await changed(gate, options, change, named.clientId);
    });
  withWhy(agency.command('change').description(t.change.what))
    .argument('<file>', t.change.file)
    .calls<Why>(async ({ gate, options }, file) => {
      const { clientId: id, ...rights } = readJson(file) as { clientId: string } & AgencyRights;
      const body = { ...rights, ...whyOf(options) } as Body<'PUT /v1/agencies/:id'>;
      await changed(gate, options, await gate.call('PUT /v1/agencies/:id', { id, body }), id);
    });
  derive(agency.command('suspend'), agencyRoutes.suspendAgency, own);
  derive(agency.command('unsuspend'), agencyRoutes.unsuspendAgency, own);
  derive(withKeys(agency.command('rekey')), agencyRoutes.replaceAgencyKeys, {
    ...own,
    completes: (ask, options) => Object.assign(ask, keysOf(options)),
    flags: { jwks: null, jwksUri: null },
  });
}

function withKeys<C extends Command>(command: C): C {
  return command.option('--jwks <path>', t.jwks).option('--jwks-url <url>', t.jwksUrl);
}

function keysOf({ jwks, jwksUrl }: KeyOptions): AgencyKeySource {
  if ((jwks === undefined) === (jwksUrl === undefined)) throw new UsageError(t.eitherKeys);
  if (jwksUrl !== undefined) return { jwksUri: jwksUrl };
  return { jwks: readKeySet(jwks as string) };
}

function readJson(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(t.noJson(path));
  }
}

/** @param id of the agency, for the command of the second steward */
const changed = (gate: Fieldgate, options: GlobalOptions, change: AgencyChange, id: string) =>
  show({ gate, options }, agencyRoutes.registerAgency, change as unknown as Waits, { pending }, { id });

function waitingInWords({
  clientId,
  outcome,
  officer,
  reason,
  entry,
  expiresAt,
  difference,
}: WaitingChange): string {
  const head = t.waitsInList(timeOf(expiresAt), clientId, word(outcome), safe(officer), safe(reason), entry);
  return head + differenceInWords(difference);
}

/** By client id. */
const registerInWords = (agencies: readonly AgencyView[]): string =>
  agencies.length === 0
    ? ''
    : listed(
        agencyRoutes.listAgencies,
        'agencies',
        agencies.toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1)),
        ['clientId', 'name', 'actions', 'suspended'],
      );

/** `fieldgate agency history`: every change of a registration, from the log. */
type Difference = WaitingChange['difference'];

function registerHistory(agency: Command): void {
  agency
    .command('history')
    .description(h.what)
    .argument('<client id>')
    .calls(async ({ gate, options }, clientId) => {
      const entries = await all(gate.log({ kind: 'agency', about: clientId }));
      print(options, entries, () => entries.map(changeInWords).join('') || h.none);
    });
}

function changeInWords(entry: LogEntry): string {
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
function differenceInWords(difference: Difference): string {
  const lines = difference.map(
    ({ what, before, after, wider }) =>
      `  ${wider ? '+' : ' '} ${safe(what)}: ${safe(JSON.stringify(before))} → ${safe(JSON.stringify(after))}\n`,
  );
  return lines.join('');
}
