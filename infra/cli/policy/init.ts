/** `fieldgate pack init`: a copy of the starter pack. */

import { cpSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type GlobalOptions, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { init: t } = await texts('policy');

const STARTER = fileURLToPath(new URL('../../../shared/packs/starter', import.meta.url));

/** @throws UsageError if the folder exists: nothing is overwritten */
export function init(folder: string, options: GlobalOptions): void {
  if (existsSync(folder)) throw new UsageError(t.exists(folder));
  cpSync(STARTER, folder, { recursive: true });
  print(options, { folder }, () => t.made(folder));
}
