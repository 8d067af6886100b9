/** `fieldgate sidecar`: the client behind plain JSON over HTTP, for local programs in any language. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Option } from 'commander';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open } from '../common.ts';
import { type PolicyOptions, policyText, withPolicy } from '../log/witnesses.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { ended, listenAt } from '../terminal/life.ts';
import { witnessWithin } from '../witness/looking.ts';
import { LOOPBACK, respond } from './answer.ts';
import { describe, index } from './openapi.ts';
import { ROUTES } from './routes.ts';

const { sidecar: t } = await texts('data');

const STANDARD = '127.0.0.1:8790';

export function registerSidecar(program: Command): void {
  withPolicy(program.command('sidecar'))
    .addOption(
      new Option('--listen <host:port>', t.listen).argParser(listenAt).default(listenAt(STANDARD), STANDARD),
    )
    .option('--allow-remote', t.remote)
    .option('--stay', t.stay)
    .option('--witness <folder>', t.witness)
    .addHelpText('after', t.routes(ROUTES.map(({ name }) => name).join(', ')))
    .runs<SidecarOptions>(serve);
}

interface SidecarOptions extends PolicyOptions {
  listen: { host: string; port: number };
  allowRemote?: boolean;
  stay?: boolean;
  witness?: string;
}

async function serve(options: GlobalOptions & SidecarOptions): Promise<void> {
  const { host, port } = options.listen;
  const secret = process.env['FIELDGATE_SIDECAR_SECRET'];
  if (secret !== undefined && secret.length < 32) throw new UsageError(t.shortSecret);
  const remote = !LOOPBACK.test(host);
  if (remote && !(options.allowRemote && secret)) throw new UsageError(t.needsSecret(host));
  // A program calls, which can't log a person in: it gets the demand itself.
  const readers = defined({ policy: policyText(options), fresh: options.fresh });
  const { gate, clientId } = await open({ ...options, json: true }, undefined, readers);
  const pages = new Map([
    ['/', index(clientId)],
    ['/openapi.json', describe()],
  ]);
  const stop = new AbortController();
  // A program may stop to listen once it knows the address.
  process.stderr.on('error', () => {});
  const { signal } = stop;
  const { witness: folder } = options;
  const looks =
    folder === undefined ? null : await witnessWithin({ options, folder, gate, clientId, signal });
  const door = { gate, secret, remote, pages, stopping: signal };
  const server = createServer((request, response) => void respond(door, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => {
      stop.abort();
      reject(new UsageError(t.unusable(host, port)));
    });
    server.listen(port, host.replace(/[[\]]/g, ''), resolve);
  });
  // A program may end it as soon as it has said where it listens.
  const end = ended(options.stay ?? false);
  process.stderr.write(t.on(clientId, host, (server.address() as AddressInfo).port));
  await end;
  stop.abort();
  await looks?.();
  await new Promise((resolve) => server.close(resolve));
}
