/** Chromium as it was, from packages of npm, of which only the packed binary is used. */
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const MODULES = join(import.meta.dirname, '../older/node_modules');

/** The binary of such a package, unpacked once. */
async function binaryOf(name: string): Promise<string> {
  const path = join(MODULES, name, 'bin/chromium');
  if (existsSync(path)) return path;
  if (!existsSync(`${path}.br`)) throw new Error('npm ci --ignore-scripts --prefix test/e2e/older');
  const part = `${path}.${process.pid}`;
  await pipeline(
    createReadStream(`${path}.br`),
    createBrotliDecompress(),
    createWriteStream(part, { mode: 0o755 }),
  );
  renameSync(part, path);
  return path;
}

/** @param name a package of `test/e2e/older` */
export async function startOlder(name: string): Promise<Browser> {
  const process = spawn(
    await binaryOf(name),
    [
      ...['--headless', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
      ...['--remote-debugging-port=0', `--user-data-dir=${mkdtempSync(join(tmpdir(), name))}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  for await (const line of createInterface({ input: process.stderr })) {
    const [address] = line.match(/ws:\/\/\S+/) ?? [];
    if (address === undefined) {
      said += `${line}\n`;
      continue;
    }
    process.stderr.resume();
    const browser = await chromium.connectOverCDP(address);
    browser.on('disconnected', () => process.kill());
    return browser;
  }
  throw new Error(`${name} did not start: ${said}`);
}
