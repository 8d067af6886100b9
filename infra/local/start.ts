/** `npm start`: the complete gateway on this machine, with sample data. */

import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defined } from '../../shared/defined.ts';
import { texts } from '../cli/messages/language.ts';
import { writeWhole } from '../cli/whole-files.ts';
import { choosePack } from './choose-pack.ts';
import { StartError } from './files.ts';
import type { Gateway } from './gateway.ts';
import { markLogged, statePaths } from './state/state.ts';

const { start: t } = await texts('local');

interface Options {
  fresh: boolean;
  faults: boolean;
  /** Makes the table of the tree again, also if its lock is there. */
  recover: boolean;
  people: number;
  port: number;
  /** Host names by which it is called, apart from those of loopback. */
  hosts: string[];
  /** Folder of another pack than the shipped one. */
  pack?: string;
}

/** @throws StartError naming the invalid option. */
function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const values = parse(args);
  const people = Number(values.people ?? 100);
  if (!Number.isInteger(people) || people < 0 || people > 1_000_000) {
    throw new StartError(t.people);
  }
  const port = Number(env['PORT'] ?? 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StartError(t.port);
  }
  const pack = env['PACK'];
  return {
    ...{ fresh: values.fresh ?? false, faults: values.faults ?? false, recover: values.recover ?? false },
    ...{ people, port },
    ...(pack ? { pack } : {}),
    hosts: (env['HOSTS'] ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        fresh: { type: 'boolean' },
        faults: { type: 'boolean' },
        recover: { type: 'boolean' },
        people: { type: 'string' },
        // Read before this, by `language.ts`.
        lang: { type: 'string' },
      },
    }).values;
  } catch {
    throw new StartError(t.usage);
  }
}

/** When the local issuer's setting demands a second factor. @throws StartError for another word */
function factorsIn(word: string | undefined): 'always' | 'recent' | undefined {
  if (word === undefined || word === 'always' || word === 'recent') return word;
  throw new StartError(t.factors);
}

/** Whether an office's role must sign each request. @throws StartError for another word */
function authorizationIn(word: string | undefined): 'token' | 'iam' | undefined {
  if (word === undefined || word === 'token' || word === 'iam') return word;
  throw new StartError(t.authorization);
}

/**
 * The state folder is in the working directory; the command line looks for agency keys there too. The functions are
 * loaded only once the pack is chosen.
 */
async function main(): Promise<void> {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) return console.log(t.usage);
  const { pack, ...options } = readOptions(process.argv.slice(2), process.env);
  const paths = statePaths(resolve('.fieldgate'));
  const authorization = authorizationIn(process.env['AUTHORIZATION']);
  // Seconds, to rehearse a wrong clock.
  const ahead = Number(process.env['CLOCK'] ?? 0) * 1000;
  const compiled = pack === undefined ? undefined : choosePack(pack, paths.pack);
  // Saves a fifth of a start's processor time from the second one on. A folder that can't be written changes nothing.
  enableCompileCache(resolve(import.meta.dirname, '../../node_modules/.cache/fieldgate'));
  const { startGateway } = await import('./gateway.ts');
  const { channelsIn } = await import('./channels.ts');
  const { loadPackSample } = await import('./sample/pack-sample.ts');
  const { ownAccounts, partiesOf, SAMPLE_AGENCIES } = await import('./sample/parties.ts');
  const parties = pack && compiled && partiesOf(pack, compiled);
  const { digestOfSources } = await import('./sources.ts');
  const gateway = await startGateway({
    ...options,
    ...parties,
    now: () => Date.now() + ahead,
    folder: paths.folder,
    people: true,
    code: digestOfSources(),
    accounts: ownAccounts(compiled),
    ...defined({ factors: factorsIn(process.env['FACTORS']), notify: channelsIn(process.env['CHANNELS']) }),
    ...defined({ authorization }),
  });
  writeWhole(
    paths.gateway,
    `${JSON.stringify({ url: gateway.url, cryptography: gateway.env.cryptography, openssl: process.versions.openssl })}\n`,
  );
  const { nationalKey } = gateway.env;
  if (nationalKey !== 'none') {
    const { publicKeyOf } = await import('../../shared/keys/sign.ts');
    const key = await publicKeyOf(gateway.kms, nationalKey);
    writeWhole(paths.sm2, `${key.export({ format: 'der', type: 'spki' }).toString('base64')}\n`);
  }
  // Witnesses call by tokens.
  const endWitnesses =
    authorization === 'iam'
      ? async () => {}
      : await (await import('./witnesses.ts')).startWitnesses(
          gateway,
          paths.witness,
          (parties || undefined)?.agencies ?? SAMPLE_AGENCIES,
        );
  stopOnSignals({
    async close() {
      await endWitnesses();
      await gateway.close();
    },
  });
  // What loads the sample calls by tokens, too.
  if (authorization === 'iam') {
    const asAuditor = `env $(cat ${paths.roles}/audit-office.env) npx fieldgate console --iam local --as audit-office`;
    return console.log(t.signed(gateway.url, paths.roles, asAuditor));
  }
  const { whatToTry, whatToTryWith } = await import('./what-to-try.ts');
  if (parties && pack) {
    const loaded = await loadPackSample(gateway, parties, pack);
    console.log(whatToTryWith(gateway, paths, { ...parties, folder: pack, loaded }));
    return;
  }
  const { loadMissingSample } = await import('./start-sample.ts');
  const sample = await loadMissingSample(gateway, paths, options.people);
  markLogged(paths);
  console.log(whatToTry(gateway, paths, sample, options.faults));
}

function stopOnSignals(gateway: Pick<Gateway, 'close'>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      gateway.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** One line, with the code of an unexpected error and without its message, which may contain values. */
function fail(error: unknown): never {
  if (error instanceof StartError) {
    console.error(`fieldgate: ${error.message}`);
  } else {
    const frames = error instanceof Error ? (error.stack ?? '').split('\n') : [];
    const at = frames.find((line) => line.startsWith('    at '))?.trim() ?? '';
    const { name = 'error', code } = (error ?? {}) as { name?: string; code?: unknown };
    console.error(`fieldgate: ${t.unexpected(typeof code !== 'string' ? name : `${name} ${code}`, at)}`);
  }
  process.exit(1);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
main().catch(fail);
