import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import type { AgencyChange, AgencyKeySource } from '../../../shared/client/agencies.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { AgencyRights, AgencyView, WaitingChange } from '../../../shared/contract/office.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs } from '../terminal/table.ts';
import { init, rotate } from './agency-keys.ts';
import { differenceInWords, registerHistory } from './history.ts';

interface KeyOptions extends Why {
  jwks?: string;
  jwksUrl?: string;
}

/** `fieldgate agency …`: the keys of an agency, and the register of agencies for stewards. */
export function registerAgency(program: Command): void {
  const agency = program
    .command('agency')
    .description('make keys, rotate them, and keep the register of agencies');
  agency
    .command('init')
    .description('make the keys of a new agency and print the JWKS that a steward registers')
    .requiredOption('--client-id <id>', 'the name of the agency')
    .requiredOption('--out <path>', 'file for the private keys; it must not exist')
    .runs<Parameters<typeof init>[0]>(init);
  agency
    .command('rotate')
    .description("replace this agency's keys, in the gateway and in the key file")
    .runs(async (options) => {
      const change = await rotate(options);
      if (change) show(options, change);
    });
  agency
    .command('list')
    .description('show the registered agencies, and changes that wait (for stewards and auditors)')
    .calls(async ({ gate, options }) => {
      const all: AgencyView[] = [];
      for await (const one of gate.agencies.list()) all.push(one);
      const waiting: WaitingChange[] = [];
      for await (const one of gate.agencies.waiting()) waiting.push(one);
      print(options, { agencies: all, waiting }, () =>
        [...all.map(inOneLine), ...waiting.map(waitingInWords)].join(''),
      );
    });
  registerHistory(agency);
  withWhy(
    agency.command('confirm').description('make a change that waits, as the second steward (for stewards)'),
  )
    .argument('<client id>')
    .argument('<entry>', 'log entry of the proposal, as agency list shows it')
    .calls<Why>(async ({ gate, options }, clientId, entry) => {
      show(options, await gate.agencies.confirm(clientId, entry, whyOf(options)));
    });
  agency
    .command('show')
    .description('show one registered agency: rights, keys, state (for stewards and auditors)')
    .argument('<client id>')
    .calls(async ({ gate, options }, clientId) => {
      const one = await gate.agencies.get(clientId);
      print(options, one, () => inWords(one));
    });
  withWhy(withKeys(agency.command('register').description('register an agency (two stewards)')))
    .argument(
      '<file>',
      'JSON with clientId, name, zh, departments, roles, areas, purposes, actions, trainedUntil, and institution if it is one',
    )
    .runs<KeyOptions>(async (options, file) => {
      const record = {
        ...(readJson(file) as Parameters<typeof gate.agencies.register>[0]),
        ...keysOf(options),
      };
      const { gate } = await open(options);
      show(options, await gate.agencies.register(record, whyOf(options)));
    });
  withWhy(
    agency
      .command('change')
      .description("replace an agency's rights (two stewards; one, if nothing is added)"),
  )
    .argument('<file>', 'JSON as for register')
    .runs<Why>(async (options, file) => {
      const { clientId, ...rights } = readJson(file) as { clientId: string } & AgencyRights;
      const { gate } = await open(options);
      show(options, await gate.agencies.change(clientId, rights, whyOf(options)));
    });
  for (const act of ['suspend', 'unsuspend'] as const) {
    const what = act === 'suspend' ? 'stop an agency at once' : 'let a suspended agency call again (two)';
    withWhy(agency.command(act).description(`${what} (for stewards)`))
      .argument('<client id>')
      .calls<Why>(async ({ gate, options }, clientId) => {
        show(options, await gate.agencies[act](clientId, whyOf(options)));
      });
  }
  withWhy(
    withKeys(agency.command('rekey').description('new keys for an agency that lost its own (two stewards)')),
  )
    .argument('<client id>')
    .calls<KeyOptions>(async ({ gate, options }, clientId) => {
      show(options, await gate.agencies.replaceKeys(clientId, keysOf(options), whyOf(options)));
    });
}

function withKeys<C extends Command>(command: C): C {
  return command
    .option('--jwks <path>', 'file with the public keys, as agency init prints them')
    .option('--jwks-url <url>', 'https address at which the agency publishes its keys');
}

function withWhy<C extends Command>(command: C): C {
  return command
    .option('--officer <name>', 'requesting officer')
    .option('--reason <text>', 'reason, in a few words');
}

function whyOf({ officer, reason }: Why): Why {
  return { ...defined({ officer, reason }) };
}

function keysOf({ jwks, jwksUrl }: KeyOptions): AgencyKeySource {
  if ((jwks === undefined) === (jwksUrl === undefined))
    throw new UsageError('Give either --jwks or --jwks-url.');
  if (jwksUrl !== undefined) return { jwksUri: jwksUrl };
  return { jwks: readJson(jwks as string) as { keys: JWK[] } };
}

function readJson(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(`There is no readable JSON file ${path}.`);
  }
}

function show(options: GlobalOptions, change: AgencyChange): void {
  print(options, change, () =>
    'state' in change
      ? `Waits for a second steward until ${change.expiresAt}: fieldgate agency confirm <client id> ${change.receipt.entry}\n`
      : pairs([
          ['client id', change.agency.clientId],
          ['suspended', change.agency.suspended ? 'yes' : 'no'],
          ['actions', change.agency.actions.join(', ')],
          ['keys', keysIn(change.agency)],
          ['entry', change.receipt.entry],
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
    ['client id', agency.clientId],
    ['name', `${agency.name} (${agency.zh})`],
    ['suspended', agency.suspended ? 'yes' : 'no'],
    ['departments', names(agency.departments)],
    ['roles', names(agency.roles)],
    ['areas', names(agency.areas)],
    ['purposes', names(agency.purposes)],
    ['actions', names(agency.actions)],
    ['institution', agency.institution ?? '–'],
    ['trained until', agency.trainedUntil],
    ['keys', keysIn(agency)],
    ['retiring keys', names(agency.retiring.map(({ kid, until }) => `${kid} until ${until.slice(0, 16)}`))],
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
  const head = `waits until ${expiresAt.slice(0, 16)}  ${clientId}  ${outcome} by ${officer} (${reason})  ${entry}\n`;
  return head + differenceInWords(difference);
}

function inOneLine({ clientId, name, actions, suspended }: AgencyView): string {
  return `${clientId}  ${name}  ${actions.join(',')}${suspended ? '  suspended' : ''}\n`;
}
