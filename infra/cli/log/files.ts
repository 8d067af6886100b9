/** The sources of the log's files for `fieldgate log verify`. */

import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FieldgateError, unreachable } from '../../../shared/client/wire/errors.ts';
import { outOfWider } from '../../../shared/log/files/tree-files.ts';
import { sha256 } from '../../../shared/log/node-crypto.ts';
import { parseVerifier, type Verifier } from '../../../shared/tree/note.ts';
import { TILE_WIDTH } from '../../../shared/tree/tiles.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readNamed, unreadable } from '../terminal/named-files.ts';

const { files: t } = await texts('log');

export type ReadFile = (path: string) => Promise<Uint8Array | null>;

/**
 * Files of a folder, such as a mirror or `.fieldgate/log`. The log may grow while it is read or copied, and a partial file
 * gives way to a wider one then.
 */
export function folderReader(folder: string): ReadFile {
  return async (path) => {
    const exact = await present(join(folder, path), bytesOf);
    if (exact || !path.includes('.p/')) return exact;
    const stem = path.slice(0, path.lastIndexOf('.p/'));
    const partial = (await present(join(folder, `${stem}.p`), namesIn)) ?? [];
    for (const width of [...partial.map(Number).sort((a, b) => b - a), TILE_WIDTH]) {
      const wider = await present(join(folder, width === TILE_WIDTH ? stem : `${stem}.p/${width}`), bytesOf);
      const bytes = wider && outOfWider(path, wider, width);
      if (bytes) return bytes;
    }
    return null;
  };
}

const bytesOf = (path: string): Promise<Uint8Array> => readFile(path);
const namesIn = (path: string): Promise<string[]> => readdir(path);

async function present<Value>(path: string, read: (path: string) => Promise<Value>): Promise<Value | null> {
  try {
    return await read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

/** Files of a gateway, under `/log/` of its URL. @throws FieldgateError UNREACHABLE, ANSWER_INVALID */
export function urlReader(url: string): ReadFile {
  return async (path) => {
    let response = await get(url, path);
    // A long log has more tiles than a gateway sends at once.
    for (let waits = 0; response.status === 429 && waits < WAITS; waits++) {
      await setTimeout(1000 * Number(response.headers.get('retry-after') ?? 1));
      response = await get(url, path);
    }
    if (response.status === 404) return null;
    if (!response.ok) throw new FieldgateError('ANSWER_INVALID', t.status(response.status));
    return new Uint8Array(await response.arrayBuffer());
  };
}

/** How often one file is requested again before the verification ends. */
const WAITS = 30;

async function get(url: string, path: string): Promise<Response> {
  try {
    return await fetch(`${url.replace(/\/$/, '')}/log/${path}`);
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

/** @param key a vkey, or a file that contains one. @throws UsageError */
export function readLogKey(key: string): Verifier {
  const direct = parseVerifier(sha256, key.trim());
  if (direct) return direct;
  let text = '';
  try {
    text = readFileSync(key, 'utf8');
  } catch {
    // It is neither a key nor a file, so the error below follows.
  }
  const log = parseVerifier(sha256, text.trim());
  if (!log) throw new UsageError(t.badKey);
  return log;
}

/** @param path a file with a public key of SM2: PEM, or base64 as KMS gives it. @returns SPKI. @throws UsageError */
export async function readSm2Key(path: string): Promise<Uint8Array> {
  const { parseSm2Key } = await import('../../../shared/tree/sm2.ts');
  const spki = Buffer.from(readNamed(path).replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  if (!parseSm2Key(spki)) throw new UsageError(t.badSm2Key(path));
  return spki;
}
