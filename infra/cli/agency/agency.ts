import { readFileSync } from 'node:fs';
import type { AgencyChange, AgencyKeySource } from '../../../shared/client/agencies.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { AgencyRights, AgencyView, WaitingChange } from '../../../shared/contract/office.ts';
import type { Command } from '../command.ts';
import { all, type GlobalOptions, open, print, whyOf, withWhy } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { word, wordsFor } from '../terminal/words.ts';
import { registerAdd } from './add.ts';
import { changed, init, readKeySet, rotate } from './agency-keys.ts';
import { differenceInWords, registerHistory } from './history.ts';

const { agency: t } = await texts('agency');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface KeyOptions extends Why {
  jwks?: string;
  jwksUrl?: string;
}

/** `fieldgate agency …`: the keys of an agency, and the register of agencies for stewards. */
export function registerAgency(program: Command): void {
  const agency = program.command('agency').description(about.agency);
  agency
    .command('init')
    .description(t.init.what)
    .requiredOption('--client-id <id>', t.init.clientId)
    .requiredOption('--out <path>', t.init.out)
    .runs<Parameters<typeof init>[0]>(init);
  registerAdd(agency);
  agency
    .command('rotate')
    .description(t.rotate)
    .runs(async (options) => {
      const change = await rotate(options);
      if (change) show(options, change, options.as ?? '<client id>');
    });
  agency
    .command('list')
    .description(t.list)
    .calls(async ({ gate, options }) => {
      const agencies = await all(gate.agencies.list());
      const waiting = await all(gate.agencies.waiting());
      const words = () => [registerInWords(agencies), ...waiting.map(waitingInWords)].join('');
      print(options, agencies, words, { waiting });
    });
  registerHistory(agency);
  withWhy(agency.command('confirm').description(t.confirm.what))
    .argument('<client id>')
    .argument('<entry>', t.confirm.entry)
    .calls<Why>(async ({ gate, options }, clientId, entry) => {
      const change = await gate.agencies.confirm(clientId, entry, whyOf(options));
      show(options, change, clientId);
      if (!options.json && !('state' in change)) process.stdout.write(`\n${t.nextCall(clientId)}`);
    });
  agency
    .command('show')
    .description(t.show)
    .argument('<client id>')
    .calls(async ({ gate, options }, clientId) => {
      const one = await gate.agencies.get(clientId);
      print(options, one, () => inWords(one));
    });
  withWhy(withKeys(agency.command('register').description(t.register.what)))
    .argument('<file>', t.register.file)
    .runs<KeyOptions>(async (options, file) => {
      const record = {
        ...(readJson(file) as Parameters<typeof gate.agencies.register>[0]),
        ...keysOf(options),
      };
      const { gate } = await open(options);
      show(options, await gate.agencies.register(record, whyOf(options)), record.clientId);
    });
  withWhy(agency.command('change').description(t.change.what))
    .argument('<file>', t.change.file)
    .runs<Why>(async (options, file) => {
      const { clientId, ...rights } = readJson(file) as { clientId: string } & AgencyRights;
      const { gate } = await open(options);
      show(options, await gate.agencies.change(clientId, rights, whyOf(options)), clientId);
    });
  for (const act of ['suspend', 'unsuspend'] as const) {
    const what = act === 'suspend' ? t.suspend : t.unsuspend;
    withWhy(agency.command(act).description(t.forStewards(what)))
      .argument('<client id>')
      .calls<Why>(async ({ gate, options }, clientId) => {
        show(options, await gate.agencies[act](clientId, whyOf(options)), clientId);
      });
  }
  withWhy(withKeys(agency.command('rekey').description(t.rekey)))
    .argument('<client id>')
    .calls<KeyOptions>(async ({ gate, options }, clientId) => {
      show(options, await gate.agencies.replaceKeys(clientId, keysOf(options), whyOf(options)), clientId);
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

/** @param clientId of the agency, for the command of the second steward */
function show(options: GlobalOptions, change: AgencyChange, clientId: string): void {
  print(options, changed(change), () =>
    'state' in change
      ? t.waits(timeOf(change.expiresAt), change.receipt.entry, clientId)
      : pairs([
          [w.clientId, change.agency.clientId],
          [t.suspended, change.agency.suspended ? w.yes : w.no],
          [w.actions, wordsFor(change.agency.actions)],
          [w.keys, keysIn(change.agency)],
          [w.entry, change.receipt.entry],
        ]),
  );
}

/** The names of the keys, or the URL at which they are published. */
function keysIn({ keys, jwksUri }: AgencyView): string {
  return jwksUri ?? keys.map(({ kid, use }) => `${use} ${kid}`).join(', ');
}

function inWords(agency: AgencyView): string {
  const names = (list: readonly string[]) => list.join(', ') || '–';
  return pairs([
    [w.clientId, agency.clientId],
    [w.name, spoken(agency.name)],
    [t.suspended, agency.suspended ? w.yes : w.no],
    [w.departments, names(agency.departments)],
    [w.roles, names(agency.roles)],
    [w.areas, names(agency.areas)],
    [w.purposes, names(agency.purposes)],
    [t.byPeople, names(agency.byPeople ?? [])],
    [w.actions, names(agency.actions.map(word))],
    [t.institution, agency.institution ?? '–'],
    [w.trainedUntil, agency.trainedUntil],
    [w.keys, keysIn(agency)],
    [t.retiring, names(agency.retiring.map(({ kid, until }) => t.keyUntil(kid, timeOf(until))))],
  ]);
}

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
function registerInWords(all: readonly AgencyView[]): string {
  if (all.length === 0) return '';
  const rows = all
    .toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
    .map(({ clientId, name, actions, suspended }) => [
      clientId,
      spoken(name),
      wordsFor(actions),
      suspended ? t.isSuspended : '',
    ]);
  return table([w.clientId, w.name, w.actions, w.state], rows, { wraps: 2 });
}
