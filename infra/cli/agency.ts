import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { AgencyChange, AgencyKeySource, AgencyView } from '../../shared/client/agencies.ts';
import type { Why } from '../../shared/client/maintenance.ts';
import { readAgency } from './agency-file.ts';
import { type GlobalOptions, open, optionsOf, print } from './common.ts';
import { UsageError } from './failures.ts';
import { pairs } from './table.ts';

interface InitOptions {
  clientId: string;
  out: string;
}

interface KeyOptions extends Why {
  jwks?: string;
  jwksUrl?: string;
}

/** `fieldgate agency …`: keys of an agency, and the register that stewards keep. */
export function registerAgency(program: Command): void {
  const agency = program
    .command('agency')
    .description('make keys, rotate them, and keep the register of agencies');
  agency
    .command('init')
    .description('make the keys of a new agency and print the JWKS that a steward registers')
    .requiredOption('--client-id <id>', 'what the agency is to be called')
    .requiredOption('--out <path>', 'file for the private keys; it must not exist')
    .action(async (_options: unknown, command: Command) => init(optionsOf<InitOptions>(command)));
  agency
    .command('rotate')
    .description("replace this agency's keys, in the gateway and in the key file")
    .action(async (_options: unknown, command: Command) => rotate(optionsOf(command)));
  agency
    .command('list')
    .description('show the registered agencies (for stewards)')
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf(command);
      const { gate } = await open(options);
      const all: AgencyView[] = [];
      for await (const one of gate.agencies.list()) all.push(one);
      print(options, all, () => all.map(inOneLine).join(''));
    });
  agency
    .command('show')
    .description('show one registered agency: rights, keys, state (for stewards)')
    .argument('<client id>')
    .action(async (clientId: string, _options: unknown, command: Command) => {
      const options = optionsOf(command);
      const { gate } = await open(options);
      const one = await gate.agencies.get(clientId);
      print(options, one, () => inWords(one));
    });
  withWhy(withKeys(agency.command('register').description('register an agency (for stewards)')))
    .argument(
      '<file>',
      'JSON with clientId, name, zh, departments, roles, areas, purposes, actions, trainedUntil',
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const options = optionsOf<KeyOptions>(command);
      const record = {
        ...(readJson(file) as Parameters<typeof gate.agencies.register>[0]),
        ...keysOf(options),
      };
      const { gate } = await open(options);
      show(options, await gate.agencies.register(record, whyOf(options)));
    });
  for (const act of ['suspend', 'unsuspend'] as const) {
    const what = act === 'suspend' ? 'stop an agency at once' : 'let a suspended agency call again';
    withWhy(agency.command(act).description(`${what} (for stewards)`))
      .argument('<client id>')
      .action(async (clientId: string, _options: unknown, command: Command) => {
        const options = optionsOf<Why>(command);
        const { gate } = await open(options);
        show(options, await gate.agencies[act](clientId, whyOf(options)));
      });
  }
  withWhy(
    withKeys(agency.command('rekey').description('new keys for an agency that lost its own (two stewards)')),
  )
    .argument('<client id>')
    .action(async (clientId: string, _options: unknown, command: Command) => {
      const options = optionsOf<KeyOptions>(command);
      const { gate } = await open(options);
      show(options, await gate.agencies.replaceKeys(clientId, keysOf(options), whyOf(options)));
    });
}

function withKeys(command: Command): Command {
  return command
    .option('--jwks <path>', 'file with the public keys, as agency init prints them')
    .option('--jwks-url <url>', 'https address at which the agency publishes its keys');
}

function withWhy(command: Command): Command {
  return command
    .option('--officer <name>', 'officer who asks')
    .option('--reason <text>', 'why, in a few words');
}

function whyOf({ officer, reason }: Why): Why {
  return { ...(officer === undefined ? {} : { officer }), ...(reason === undefined ? {} : { reason }) };
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

async function init({ clientId, out, url }: GlobalOptions & InitOptions): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(clientId)) {
    throw new UsageError('A client id holds small letters, digits and - only, 63 at most.');
  }
  const keys = await newKeys();
  writeNew(out, { clientId, issuer: url ?? 'http://127.0.0.1:8787', ...keys });
  process.stdout.write(`${JSON.stringify({ keys: publicHalves(keys) }, null, 2)}\n`);
}

/** The new file is there before the gateway knows of it, so that no key is lost on the way. */
async function rotate(options: GlobalOptions): Promise<void> {
  const { path, ...file } = readAgency(options.as, options.agencyFile);
  const next = `${path}.next`;
  const keys = await newKeys();
  writeNew(next, { clientId: file.clientId, issuer: file.issuer, ...keys });
  const { gate } = await open(options);
  const change = await gate.agencies.rotate(publicHalves(keys));
  renameSync(next, path);
  show(options, change);
}

/** @throws UsageError when the file exists. Only its owner may read it. */
function writeNew(path: string, value: object): void {
  try {
    writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch {
    throw new UsageError(`${path} can't be written, or is there already.`);
  }
}

interface KeyPairs {
  sig: JWK;
  enc: JWK;
}

async function newKeys(): Promise<KeyPairs> {
  return { sig: await newKey('sig', 'ES256'), enc: await newKey('enc', 'ECDH-ES') };
}

async function newKey(use: 'sig' | 'enc', alg: 'ES256' | 'ECDH-ES'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { crv: 'P-256', extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, kid: await calculateJwkThumbprint(key), use, alg };
}

function publicHalves({ sig, enc }: KeyPairs): JWK[] {
  return [sig, enc].map(({ d: _private, ...rest }) => rest);
}

function show(options: GlobalOptions, change: AgencyChange): void {
  print(options, change, () =>
    'state' in change
      ? `Waits for a second steward until ${change.expiresAt}.\n`
      : pairs([
          ['client id', change.agency.clientId],
          ['suspended', change.agency.suspended ? 'yes' : 'no'],
          ['actions', change.agency.actions.join(', ')],
          ['keys', change.agency.keys.map(({ kid, use }) => `${use} ${kid}`).join(', ')],
          ['entry', change.receipt.entry],
        ]),
  );
}

function inWords(agency: AgencyView): string {
  const names = (list: readonly string[]) => list.join(', ') || '–';
  const keyNames = agency.keys.map(({ kid, use }) => `${use} ${kid}`);
  return pairs([
    ['client id', agency.clientId],
    ['name', `${agency.name} (${agency.zh})`],
    ['suspended', agency.suspended ? 'yes' : 'no'],
    ['departments', names(agency.departments)],
    ['roles', names(agency.roles)],
    ['areas', names(agency.areas)],
    ['purposes', names(agency.purposes)],
    ['actions', names(agency.actions)],
    ['trained until', agency.trainedUntil],
    ['keys', agency.jwksUri ?? names(keyNames)],
    ['retiring keys', names(agency.retiring.map(({ kid, until }) => `${kid} until ${until.slice(0, 16)}`))],
  ]);
}

function inOneLine({ clientId, name, actions, suspended }: AgencyView): string {
  return `${clientId}  ${name}  ${actions.join(',')}${suspended ? '  suspended' : ''}\n`;
}
