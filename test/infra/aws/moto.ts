/** An AWS emulator that others wrote (Debian's python3-moto), with the stack in it. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../architecture/modules.ts';
import { listen } from '../rest-front.ts';

export const PYTHON = '/usr/bin/python3';

export interface Deployment {
  /** Endpoint of every service. */
  url: string;
  /** Folder of what the CDK's synthesis made. */
  assembly: string;
  /** By name of the stack. */
  status: Record<string, string>;
  /** Logical to physical ids. */
  resources: Record<string, string>;
  /** By logical id: the environment as Lambda tells it, and the file that was unpacked from the asset. */
  functions: Record<string, { environment: Record<string, string>; code: string }>;
  /** Paths of the API, and parts of them, as the emulator read them in the document. */
  served: string[];
  /** By logical id of a role: the statements that IAM holds. */
  roles: Record<string, { Effect: string; Action: string | string[]; Resource: string | string[] }[]>;
  stop(): void;
}

/** Synthesises the stack with the CDK's own command, uploads its assets and creates it. */
export async function deployToMoto(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-moto-'));
  const moto = await startMoto();
  const stop = () => {
    moto.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    const assembly = join(folder, 'cdk.out');
    execFileSync('npm', ['exec', '--', 'cdk', 'synth', '--quiet', '--output', assembly], {
      cwd: ROOT,
      stdio: 'ignore',
    });
    const { url } = moto;
    const script = join(import.meta.dirname, 'deploy.py');
    const told = execFileSync(PYTHON, [script, url, assembly, 'fieldgate-dev', folder], { encoding: 'utf8' });
    return { url, assembly, ...JSON.parse(told), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The emulator alone, with nothing in it. */
export async function startMoto(): Promise<{ url: string; stop(): void }> {
  const port = await freePort();
  const moto = spawn(PYTHON, ['-m', 'moto.server', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => void moto.kill('SIGKILL');
  await answering(url).catch((error) => {
    stop();
    throw error;
  });
  return { url, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return Number(new URL(url).port);
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (
      await fetch(`${url}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await sleep(200);
  }
  throw new Error('moto does not answer');
}
