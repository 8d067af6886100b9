/** The sidecar does not outlive the program that started it, however it was started. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { sharedFolder } from '../../support/folder.ts';
import { fileGateway } from '../../support/gateway.ts';
import { putAgency } from '../run.ts';
import { commandOf, listening } from './support.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
putAgency(folder, { ...gateway.agency('edu-county'), issuer: gateway.url } as never);

/** As a program that starts the sidecar and then only waits. */
const PROGRAM = `
  const { spawn } = require('node:child_process');
  const [program, ...args] = JSON.parse(process.argv[1]);
  const { pid } = spawn(program, args, { stdio: 'inherit' });
  require('node:fs').writeFileSync('pid', String(pid));
  setInterval(() => {}, 1000);
`;
const under = (command: string[]) => [process.execPath, '-e', PROGRAM, JSON.stringify(command)];
/** A shell between, as npx has one: it waits, and hands no signal on. */
const shelled = (command: string[]) => ['sh', '-c', `"$0" "$@"; true`, ...command];

async function gone(url: string, within = 20_000): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; ) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (!up) return true;
    await new Promise((next) => setTimeout(next, 100));
  }
  return false;
}

const kill = ({ pid }: ChildProcess, signal: NodeJS.Signals) => process.kill(pid as number, signal);

it.each([
  ['a program', (command: string[]) => under(command), {}],
  ['npx, and a shell', (command: string[]) => under(shelled(command)), { npm_lifecycle_event: 'npx' }],
])('%s that is killed takes it along', async (_what, through, env) => {
  const { url, child } = await listening(through(commandOf('edu-county')), folder, env);
  expect(await gone(url, 1500)).toBe(false);
  kill(child, 'SIGKILL');
  expect(await gone(url)).toBe(true);
});

it('with --stay it goes on', async () => {
  const { url, child } = await listening(under(commandOf('edu-county', ['--stay'])), folder);
  kill(child, 'SIGKILL');
  expect(await gone(url, 2000)).toBe(false);
  process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGTERM');
  expect(await gone(url)).toBe(true);
});

it('npx itself, told to end, takes it along', async () => {
  const bin = resolve('infra/cli/fieldgate.mjs');
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true }');
  const command = [
    'npm',
    'exec',
    '--call',
    `"${process.execPath}" "${bin}" sidecar --as edu-county --listen 127.0.0.1:0`,
  ];
  const { url, child } = await listening(command, folder);
  expect(await gone(url, 1500)).toBe(false);
  kill(child, 'SIGTERM');
  expect(await gone(url)).toBe(true);
}, 60_000);
