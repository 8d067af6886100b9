/** The verification of the log, which continues while the person uses other pages. */
import { sha256 } from '@noble/hashes/sha2.js';
import { signal } from '@preact/signals';
import { parseVerifier } from '../../../../shared/tree/note.ts';
import { BASE } from '../gateway/about.ts';
import { file } from '../gateway/api.ts';
import type { AskedInquiry, CheckedInquiry } from './inquiry.ts';
import { recall, remember } from './remembered.ts';
import type { Message, Start } from './worker.ts';

declare const WORKER_FILE: string;

export interface Progress {
  done: number;
  size: number;
  from: number;
  /** Milliseconds by `performance.now()`. */
  started: number;
  paused: boolean;
}

export const progress = signal<Progress | null>(null);
/** Why the last run stopped before its end; `null` if it did not. */
export const stopped = signal<string | null>(null);

let worker: Worker | null = null;

/**
 * @param all starts with the first entry, regardless of earlier results. @param key the log's key, entered by
 * hand
 */
export async function verifyLog({ all, key }: { all: boolean; key?: string | undefined }): Promise<void> {
  if (progress.value) return;
  const started = performance.now();
  // Before anything is awaited, so that no page shows the last result as that of this run.
  progress.value = { done: 0, size: 0, from: 0, started, paused: false };
  stopped.value = null;
  try {
    await run(all, key, started);
  } catch (failure) {
    progress.value = null;
    throw failure;
  }
}

async function run(all: boolean, key: string | undefined, started: number): Promise<void> {
  const known = await recall();
  const text =
    key ?? known?.key ?? new TextDecoder().decode(await file('/log/key', { cache: 'no-store' })).trim();
  const name = parseVerifier(sha256, text)?.name;
  if (name === undefined) throw new TypeError('no key');
  const from = all || known?.fault || known?.log !== name ? null : (known?.verified ?? null);
  progress.value = { done: from?.size ?? 0, size: 0, from: from?.size ?? 0, started, paused: false };
  worker = startWorker();
  worker.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'progress') {
      progress.value = { ...(progress.value as Progress), done: data.done, size: data.size };
      return;
    }
    worker?.terminate();
    worker = null;
    if (data.kind === 'compared') return;
    if (data.kind === 'stopped') {
      progress.value = null;
      stopped.value = data.message;
      return;
    }
    const about = {
      log: name,
      key: text,
      keyFrom: key === undefined ? (known?.keyFrom ?? ('gateway' as const)) : ('hand' as const),
      keySince: known?.key === text ? known.keySince : Date.now(),
      at: Date.now(),
    };
    const nothing = { edge: { size: 0, levels: [], entries: [] }, writers: [], hours: [], note: '', size: 0 };
    const { verified, fault } =
      data.kind === 'done'
        ? { verified: data.verified, fault: null }
        : {
            verified: known?.verified ?? nothing,
            fault: { code: data.code, at: data.at, entry: data.entry },
          };
    void remember({ ...about, size: verified.size, note: verified.note, verified, fault }).finally(() => {
      progress.value = null;
    });
  };
  worker.onerror = () => {
    worker?.terminate();
    worker = null;
    progress.value = null;
    stopped.value = 'worker';
  };
  worker.postMessage({ base: BASE, key: text, from } satisfies Start);
}

/**
 * Compares an answer with the complete log, in a worker of its own. Nothing of it is kept.
 * @throws TypeError if the log can't be read or has a fault
 */
export async function compareInquiry(inquiry: AskedInquiry, stop: AbortSignal): Promise<CheckedInquiry> {
  const known = await recall();
  const key = known?.key ?? new TextDecoder().decode(await file('/log/key', { cache: 'no-store' })).trim();
  const own = startWorker();
  const checked = new Promise<CheckedInquiry>((resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason));
    own.onerror = () => reject(new TypeError('worker'));
    own.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'compared') resolve(data.checked);
      else if (data.kind === 'fault') resolve({ state: 'broken' });
      else if (data.kind === 'stopped') reject(new TypeError(data.message));
    };
  });
  own.postMessage({ base: BASE, key, from: null, inquiry } satisfies Start);
  return checked.finally(() => own.terminate());
}

export function pauseRun(paused: boolean): void {
  if (!worker || !progress.value) return;
  worker.postMessage(paused ? 'pause' : 'resume');
  progress.value = { ...progress.value, paused };
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** The only address that may be loaded as a script; any other throws. */
function startWorker(): Worker {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  policy ??= types?.createPolicy('fieldgate-worker', {
    createScriptURL(url) {
      if (url !== WORKER_FILE) throw new TypeError('no such worker');
      return new URL(url, `${BASE}/console/`).href;
    },
  });
  const url = policy ? policy.createScriptURL(WORKER_FILE) : `${BASE}/console/${WORKER_FILE}`;
  return new Worker(url, { type: 'module' });
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;
