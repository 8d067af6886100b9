/**
 * `node short-writes.ts <folder>`: each writer of files while a disk has room for a part of the bytes, played by the limit of
 * this process on the size of a file. Prints, for each, a line that says what it told and what is in the file.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendWhole, writeNew, writeWhole } from '../../infra/cli/whole-files.ts';
import { openTrail, type TrailRecord } from '../../infra/local/aws/kms/trail.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';

/** One kind of file: what it holds before, and a write of it that may fail. */
interface Kind {
  path: string;
  write(step: 'first' | 'second'): unknown;
}

const [folder = ''] = process.argv.slice(2);
const BYTES = 9000;
const text = (step: string) => `{"step":"${step}","pad":"${'x'.repeat(BYTES)}"}\n`;
const record = (step: string) =>
  ({ eventTime: '2026-11-30T10:00:00Z', eventID: step, pad: 'x'.repeat(BYTES) }) as unknown as TrailRecord;
const limit = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);

const KINDS: Record<string, (own: string) => Kind> = {
  trail(own) {
    const trail = openTrail(own);
    return { path: join(own, '2026-11-30.jsonl'), write: (step) => trail.append(record(step)) };
  },
  tile(own) {
    const { files } = openLogFolder(own);
    const at = (step: string) => (step === 'first' ? 'tile/0/000.p/1' : 'tile/0/000.p/2');
    return {
      path: join(own, at('second')),
      write: (step) => files.create(at(step), Buffer.from(text(step))),
    };
  },
  checkpoint(own) {
    const { published } = openLogFolder(own);
    return {
      path: join(own, 'checkpoint'),
      write: async (step) => published.swap(await published.read(), text(step)),
    };
  },
  state(own) {
    const path = join(own, 'kms.json');
    return { path, write: (step) => writeWhole(path, Buffer.from(text(step))) };
  },
  lines(own) {
    const path = join(own, 'answers.jsonl');
    const file = openSync(path, 'a');
    return { path, write: (step) => appendWhole(file, text(step)) };
  },
  secret(own) {
    const path = join(own, 'own.key');
    return { path, write: (step) => (step === 'first' ? undefined : writeNew(path, text(step))) };
  },
};

const contentOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};
const files = (own: string) => readdirSync(own, { recursive: true }).map(String).sort();

for (const [kind, open] of Object.entries(KINDS))
  for (const room of [0, 1, 100, BYTES / 2, BYTES]) {
    const own = join(folder, `${kind}-${room}`);
    mkdirSync(own);
    const { path, write } = open(own);
    await write('first');
    const before = { content: contentOf(path), files: files(own) };
    const appends = kind === 'trail' || kind === 'lines';
    limit(room + (appends ? (before.content ?? '').length : 0));
    const told = await Promise.resolve()
      .then(() => write('second'))
      .then(
        () => 'written',
        ({ code }) => code,
      );
    limit('unlimited');
    const kept = contentOf(path) === before.content;
    // A folder of the tree may have been made.
    const left = files(own).filter(
      (file) => !before.files.includes(file) && !/^tile(\/0(\/000\.p)?)?$/.test(file),
    );
    await write('second');
    const now = contentOf(path) ?? '';
    const whole =
      now.endsWith('}\n') &&
      now
        .trim()
        .split('\n')
        .every((line) => JSON.parse(line));
    console.log(JSON.stringify({ kind, room, told, kept, left, whole, second: now.includes('second') }));
  }
