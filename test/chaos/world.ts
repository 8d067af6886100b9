/** One state folder over many processes: start, load, stop in a rude way, look. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderReader } from '../../infra/cli/log/files.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { parseVerifier } from '../../shared/tree/note.ts';
import { type Child, launch, whenReady } from '../support/process.ts';
import { type Journal, load, missing, newJournal, prepare } from './load.ts';

export interface World {
  folder: string;
  journal: Journal;
  /** Violations so far, each as one line. */
  violations: string[];
  /** @param env `CLOCK` sets the clock. @throws Error with the output if it does not start */
  start(env?: Record<string, string>): Promise<Child>;
  /** Runs the mixed load for so many milliseconds and kills the process in the middle of it. */
  loadAndKill(child: Child, ms: number): Promise<void>;
  /** Looks for what was acknowledged. */
  look(child: Child, what: string): Promise<void>;
  /** The log verifies, names each receipt's entry, agrees with the heads and with the trail. */
  verify(child: Child, what: string): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds until every entry is in the tree. */
const SETTLE = 12_000;
const CLI = resolve(import.meta.dirname, '../../infra/cli/fieldgate.ts');

export async function openWorld(parent = tmpdir()): Promise<World> {
  const folder = mkdtempSync(join(parent, 'fieldgate-chaos-'));
  const journal = newJournal(join(mkdtempSync(join(tmpdir(), 'fieldgate-journal-')), 'journal.jsonl'));
  const violations: string[] = [];
  const cache = { NODE_COMPILE_CACHE: join(tmpdir(), 'fieldgate-compiled') };
  let running: Child | null = null;
  // At one address: it names the issuer of the people to whom cases are assigned.
  let port = '0';
  const start: World['start'] = async (env = {}) => {
    const launched = launch(folder, ['--people', '0'], { ...cache, PORT: port, ...env });
    const ahead = Number(env['CLOCK'] ?? 0) * 1000;
    running = await whenReady(launched, folder, () => Date.now() + ahead);
    ({ port } = new URL(running.url));
    if (journal.writes.size === 0) await prepare(running, journal);
    return running;
  };
  const look: World['look'] = async (child, what) => {
    violations.push(...(await missing(child, journal)).map((line) => `${what}: ${line}`));
  };
  return {
    folder,
    journal,
    violations,
    start,
    look,
    async loadAndKill(child, ms) {
      let over = false;
      const loaded = load(child, journal, () => over);
      await sleep(ms);
      over = true;
      await child.end('SIGKILL');
      await loaded;
    },
    async verify(child, what) {
      await look(child, what);
      await sleep(SETTLE);
      const cli = (...args: string[]) => run(folder, ['--as', 'audit-office', '--json', 'log', ...args]);
      const verified = await cli('verify', '--heads');
      if (verified.code !== 0) violations.push(`${what}: log verify --heads: ${verified.said.slice(-2000)}`);
      const to = new Date(Date.now() + 86_400_000).toISOString();
      const reconciled = await cli('reconcile', '--to', to);
      // An entry may exist without its unwraps: the process died in between. Nothing else may be found.
      const found = reconciled.said.match(/"code":\s*"([A-Z_]+)"/g) ?? [];
      if (!reconciled.said.startsWith('{') || found.some((code) => !code.includes('ENTRY_WITHOUT_UNWRAP')))
        violations.push(`${what}: log reconcile: ${reconciled.said.slice(-2000)}`);
      const named = await idsIn(folder, child.url);
      const absent = journal.receipts.filter((id) => !named.has(id));
      if (absent.length > 0) violations.push(`${what}: ${absent.length} receipts are not in the log`);
    },
    async close() {
      if (running?.process.exitCode === null) await running.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function idsIn(folder: string, url: string): Promise<Set<string>> {
  const ids = new Set<string>();
  const log = parseVerifier(sha256, (await (await fetch(`${url}/log/key`)).text()).trim());
  if (!log) throw new Error('the log has no key');
  const read = folderReader(join(folder, '.fieldgate', 'log'));
  await checkLog({ read, log, onLeaf: ({ id }) => ids.add(id) });
  return ids;
}

export function run(folder: string, args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [CLI, ...args], { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      done({ code, said: (stdout || stderr).trim() });
    });
  });
}
