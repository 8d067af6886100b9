/** `fieldgate sidecar`: the client behind plain JSON over HTTP, for local programs in any language. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from '../command.ts';
import { type GlobalOptions, open } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { LOOPBACK, respond } from './answer.ts';
import { ended } from './life.ts';
import { describe, index } from './openapi.ts';
import { ROUTES } from './routes.ts';

const { sidecar: t } = await texts('data');
const { commands: about } = await texts('program');

const STANDARD = '127.0.0.1:8790';

export function registerSidecar(program: Command): void {
  program
    .command('sidecar')
    .description(about.sidecar)
    .addOption(
      new Option('--listen <host:port>', t.listen).argParser(listenAt).default(listenAt(STANDARD), STANDARD),
    )
    .option('--allow-remote', t.remote)
    .option('--stay', t.stay)
    .addHelpText('after', t.routes(ROUTES.map(({ name }) => name).join(', ')))
    .runs<SidecarOptions>(serve);
}

interface SidecarOptions {
  listen: { host: string; port: number };
  allowRemote?: boolean;
  stay?: boolean;
}

async function serve(options: GlobalOptions & SidecarOptions): Promise<void> {
  const { host, port } = options.listen;
  const secret = process.env['FIELDGATE_SIDECAR_SECRET'];
  if (secret !== undefined && secret.length < 32) throw new UsageError(t.shortSecret);
  const remote = !LOOPBACK.test(host);
  if (remote && !(options.allowRemote && secret)) throw new UsageError(t.needsSecret(host));
  // A program calls, which can't log a person in: it gets the demand itself.
  const { gate, clientId } = await open({ ...options, json: true });
  const pages = new Map([
    ['/', index(clientId)],
    ['/openapi.json', describe()],
  ]);
  const stop = new AbortController();
  const door = { gate, secret, remote, pages, stopping: stop.signal };
  const server = createServer((request, response) => void respond(door, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new UsageError(t.unusable(host, port))));
    server.listen(port, host.replace(/[[\]]/g, ''), resolve);
  });
  // A program may end it as soon as it has said where it listens.
  const end = ended(options.stay ?? false);
  process.stderr.write(t.on(clientId, host, (server.address() as AddressInfo).port));
  await end;
  stop.abort();
  await new Promise((resolve) => server.close(resolve));
}

export function listenAt(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535) throw new InvalidArgumentError(t.badListen);
  return { host, port: Number(port) };
}
