/** Copies of what a check of a proof fetched, with which it can be made again without a network. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { words: w } = await texts('words');

export interface Copies {
  fetch: typeof fetch;
  /** @returns the options with which the copies are used. @throws UsageError */
  keep(): string;
}

export function copiesIn(folder: string): Copies {
  const files = new Map<string, string>();
  return {
    async fetch(address, init) {
      const answer = await fetch(address, init);
      const name = String(address).endsWith('/.well-known/jwt-vc-issuer') ? 'keys.json' : 'status.txt';
      // What was asked about one proof is no copy: it holds for a day.
      if (answer.ok && init?.method !== 'POST') files.set(join(folder, name), await answer.clone().text());
      return answer;
    },
    keep() {
      try {
        mkdirSync(folder, { recursive: true });
        for (const [path, text] of files) writeFileSync(path, text);
      } catch (error) {
        throw new UsageError(w.unwritable(folder, (error as NodeJS.ErrnoException).code));
      }
      return [...files.keys()]
        .map((path) => `${path.endsWith('keys.json') ? '--keys' : '--status-list'} ${path}`)
        .join(' ');
    },
  };
}
