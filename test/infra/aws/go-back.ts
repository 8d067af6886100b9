/** The command of a restore, on the deployed stack: its own steps, the CLI in its own process, and functions that run by the clock. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { type Restore, restore } from '../../../infra/aws/commands/restore.ts';
import { copyOf, copyTables } from '../../../infra/aws/commands/restore-tables.ts';
import { MODE } from '../../../shared/tables.ts';
import type { Deployed } from './world.ts';

const RECORDS = ['keysTable', 'sheetsTable', 'indexTable'];
/** Longer than a function goes without reading its mode. */
const READ = 5_500;

export const copyName = ({ deployment }: Deployed, env: string, to: Date) =>
  copyOf(deployment.resources[env] ?? '', to);

/** The records as they are now, under the names that they have if that instant is restored. */
export async function copyRecords(world: Deployed, to: Date): Promise<void> {
  const { resources: from } = world.deployment;
  const copies = Object.fromEntries(RECORDS.map((env) => [env, copyName(world, env, to)]));
  const quick = { pause: () => sleep(100), say: () => {} };
  await copyTables(world.dynamo, { from, copies, to, recoveryDays: 35, ...quick });
}

/** @param look is asked while the gateway is closed */
export async function restoreRecords(world: Deployed, to: Date, look: () => Promise<unknown>) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-restore-'));
  for (const id of ['steward-office', 'audit-office'])
    writeFileSync(join(folder, `${id}.json`), JSON.stringify(world.agency(id)));
  const said: string[] = [];
  const options: Restore = {
    dynamo: world.dynamo,
    tables: world.deployment.resources,
    ...{ named: [], to, recoveryDays: 35, retryAfter: 900, open: false },
    fieldgate: (words) => runCli(world, folder, words, said),
    steward: ['--agency-file', 'steward-office.json', '--officer', 'chen.jie', '--reason', 'restore'],
    auditor: ['--agency-file', 'audit-office.json'],
    wait: (milliseconds) => sleep(Math.min(milliseconds, READ)),
    now: () => new Date(),
    say: (line) => said.push(line),
  };
  await restore(options, false);
  await sleep(READ);
  const closed = await look();
  const before = await modeOf(world);
  const jobs = setInterval(() => world.lambdas.get('maintenance')?.invoke({ fieldgate: 'jobs' }), 1_000);
  const tree = setInterval(
    () =>
      world.lambdas
        .get('sequencer')
        ?.invoke({})
        .catch(() => {}),
    3_000,
  );
  try {
    // The table of the tree begins empty, and the sequencer makes it again.
    await restore({ ...options, named: ['keysTable', 'treeTable'], open: true }, false);
  } catch (error) {
    process.stderr.write(`${said.join('\n')}\n`);
    throw error;
  } finally {
    clearInterval(jobs);
    clearInterval(tree);
  }
  await sleep(READ);
  return { closed, before, told: said.join('\n') };
}

async function modeOf({ dynamo, deployment }: Deployed): Promise<string> {
  const key = { TableName: deployment.resources['modeTable'], Key: { part: { S: MODE } } };
  const { Item } = await dynamo.send(new GetItemCommand(key));
  return JSON.parse(Item?.['document']?.S ?? expect.fail()).works;
}

/** In a process of its own, whose packets for the gateway go to the front. */
async function runCli(
  { publicUrl, front }: Deployed,
  folder: string,
  words: readonly string[],
  said: string[],
) {
  // A domain has the metadata at its root; the URL of a stage has a path, which the standard puts after that.
  const { origin, pathname } = new URL(publicUrl);
  const metadata = '/.well-known/oauth-authorization-server';
  const pairs = [
    [publicUrl, front],
    [`${origin}${metadata}${pathname}`, `${front}${metadata}`],
  ];
  const turned = `const real = fetch; globalThis.fetch = (input, init) =>
    real(${JSON.stringify(pairs)}.reduce((url, [from, to]) => url.replace(from, to), String(input)), init);`;
  const preload = `data:text/javascript,${encodeURIComponent(turned)}`;
  const child = spawn(process.execPath, ['--import', preload, resolve('infra/cli/fieldgate.ts'), ...words], {
    cwd: folder,
    env: { ...process.env, XDG_CONFIG_HOME: folder, FIELDGATE_LANG: 'en' },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  const [code] = await once(child, 'exit');
  return code === 0;
}
