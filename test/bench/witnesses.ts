/**
 * `npm run bench witnesses`: from publication to a quorum, with three witnesses of a local gateway; processor time of a cosignature at
 * a million entries; and how long a department is shown a second history, under the log's own key, before it alarms.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { urlReader } from '../../infra/cli/log/files.ts';
import { createKeeper, filesIn, openKeeper } from '../../infra/cli/witness/keeper.ts';
import { keepLooking } from '../../infra/cli/witness/looking.ts';
import { startGateway } from '../../infra/local/gateway.ts';
import { SAMPLE_AGENCIES } from '../../infra/local/sample/parties.ts';
import { startWitnesses } from '../../infra/local/witnesses.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { lookOnce } from '../../shared/witness/round.ts';
import { callers } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { makeKey, makeLog, witnessOf } from '../witness/log.ts';

const at = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export async function benchWitnesses(minutes = Number(process.env['MINUTES'] ?? 4)): Promise<void> {
  await untilWitnessed(minutes);
  await cosigning(Number(process.env['ENTRIES'] ?? 1_000_000));
  await secondHistory();
  await releases(Number(process.env['PAIRS'] ?? 200));
  console.log(`load ${loadavg()[0]?.toFixed(1)}`);
}

async function untilWitnessed(minutes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-witnesses-'));
  const gateway = await startGateway({ folder, port: 0, faults: false, people: 'tokens' });
  const { put } = callers(gateway);
  const write = () => put('mps-county', { match: { id_number: freshNumber() }, fields: { name: '张三' } });
  await write();
  while (!(await gateway.tree.published.read())) await sleep(200);
  const stop = await startWitnesses(gateway, join(folder, 'witness'), SAMPLE_AGENCIES);
  const sizeOf = async (name: string) =>
    Number((await (await fetch(`${gateway.url}/log/${name}`)).text()).split('\n')[1] ?? 0) || 0;
  const published = new Map<number, number>();
  const lags: number[] = [];
  let witnessed = 0;
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await sleep(200)) {
    if (Math.random() < 0.1) await write();
    const size = await sizeOf('checkpoint');
    if (!published.has(size)) published.set(size, Date.now());
    const seen = await sizeOf('witnessed');
    if (seen <= witnessed) continue;
    for (const [size, from] of published) if (size > witnessed && size <= seen) lags.push(Date.now() - from);
    witnessed = seen;
  }
  await stop();
  await gateway.close();
  rmSync(folder, { recursive: true });
  lags.sort((a, b) => a - b);
  console.log(
    `publication to a quorum of 2 of 3: p50 ${seconds(at(lags, 0.5))}, p99 ${seconds(at(lags, 0.99))}, ${lags.length} checkpoints in ${minutes} min`,
  );
}

/** Blocks of releases by a gateway with witnesses and by one without, in turn, in either order: processor time of a release. */
async function releases(pairs: number): Promise<void> {
  const children = ['yes', 'no'].map((WITNESSES) =>
    fork(new URL('witnessed-release.ts', import.meta.url), { env: { ...process.env, WITNESSES } }),
  );
  const answer = async (child: ChildProcess) => (await once(child, 'message'))[0] as number;
  await Promise.all(children.map(answer));
  const block = async (child: ChildProcess, count: number) => {
    child.send(count);
    return answer(child);
  };
  const ratios: number[] = [];
  for (const child of children) await block(child, 200);
  for (let pair = 0; pair < pairs; pair++) {
    const spent = [0, 0];
    for (const which of pair % 2 === 0 ? [0, 1] : [1, 0])
      spent[which] = await block(children[which] as ChildProcess, 20);
    ratios.push((spent[0] ?? 0) / (spent[1] || 1));
  }
  for (const child of children) child.send(0);
  ratios.sort((a, b) => a - b);
  console.log(
    `a release with witnesses to one without: ${at(ratios, 0.5).toFixed(3)} (quarters ${at(ratios, 0.25).toFixed(3)} to ${at(ratios, 0.75).toFixed(3)}), ${pairs} pairs`,
  );
}

/** With its own proof from the tiles, as a department makes it. */
async function cosigning(entries: number): Promise<void> {
  const { log, history } = makeLog();
  const tree = history('leaf');
  tree.note(entries);
  for (const type of [4, 6] as const) {
    const witness = witnessOf(log, { keys: [makeKey('witness.example/w', type)] });
    const spent: number[] = [];
    let size = Number(tree.size());
    for (let n = 0; n < 60; n++) {
      size += 1 + Math.floor(Math.random() * 40);
      const note = tree.note(size);
      const read = async (name: string) => (name === 'pending' ? note : (tree.files.get(name) ?? null));
      const before = process.cpuUsage();
      const { state } = await lookOnce({ witness, sha256, read, send: async () => true });
      const { user, system } = process.cpuUsage(before);
      if (state !== 'cosigned') throw new Error(state);
      spent.push((user + system) / 1000);
    }
    spent.sort((a, b) => a - b);
    console.log(
      `a cosignature of type ${type} at ${entries} entries: p50 ${at(spent, 0.5).toFixed(2)} ms, p99 ${at(spent, 0.99).toFixed(2)} ms of a processor`,
    );
  }
}

/** One server shows the departments different histories under one stolen key; each looks as `fieldgate witness run` does. */
async function secondHistory(): Promise<void> {
  const { log, history } = makeLog();
  const [first, second] = [history('shown to one'), history('shown to another')];
  let shown = first;
  let note = first.note(5);
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace(/^\/log\//, '');
    const bytes = name === 'pending' ? note : shown.files.get(name);
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  const read = urlReader(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-split-'));
  createKeeper(folder, 'department.example', log);
  const keeper = openKeeper(folder);
  const stop = new AbortController();
  const times: number[] = [];
  const looking = keepLooking(
    keeper,
    { read, send: async () => true },
    {
      ...{ folder, every: 10, signal: stop.signal },
      say: () => {},
    },
  ).catch(() => {});
  await sleep(1000 + Math.random() * 9000);
  [shown, note] = [second, second.note(9)];
  const from = Date.now();
  while (!existsSync(filesIn(folder).fork) && Date.now() - from < 120_000) await sleep(50);
  times.push(Date.now() - from);
  stop.abort();
  await looking;
  keeper.close();
  server.close();
  rmSync(folder, { recursive: true });
  console.log(
    `a second history under the log's own key: alarm after ${times.map(seconds).join(', ')}, looks every 10 s`,
  );
}
