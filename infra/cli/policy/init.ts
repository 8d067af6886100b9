/** `fieldgate pack init`: a copy of the starter pack, with comments and texts in the language of the command line. */

import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LANGUAGE_TAGS } from '../../../shared/languages.ts';
import { type GlobalOptions, print } from '../common.ts';
import { language, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { init: t } = await texts('policy');

const STARTER = fileURLToPath(new URL('../../../shared/packs/starter', import.meta.url));

/** @throws UsageError if the folder exists: nothing is overwritten */
export function init(folder: string, options: GlobalOptions): void {
  if (existsSync(folder)) throw new UsageError(t.exists(folder));
  // A folder of the starter that has a language's name holds the files that have words, in that language.
  const languages = LANGUAGE_TAGS.map((tag) => join(STARTER, tag));
  cpSync(STARTER, folder, { recursive: true, filter: (from) => !languages.includes(from) });
  const own = join(STARTER, language);
  if (existsSync(own)) cpSync(own, folder, { recursive: true });
  print(options, { folder }, () => t.made(folder));
}
