/** Secrets of the user, each made once, for files that nothing else may have changed. */

import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { writeNew } from '../whole-files.ts';

const { secrets: t } = await texts('identity');

/** @throws UsageError if the file is no key */
export function ownSecret(path: string): Buffer {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeNew(path, randomBytes(32));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(path);
  if (secret.length !== 32) throw new UsageError(t.noKey(path));
  return secret;
}

export const mac = (secret: Buffer, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');
