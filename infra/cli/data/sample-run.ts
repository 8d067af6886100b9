/** `fieldgate sample run <story>`: plays a story's commands as they stand, and says after each one what to look at. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ToldStory } from '../../local/sample/stories.ts';
import { ANSWERS } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { sample: t } = await texts('data');

/** An answer, and the command that it answers, such as `request submit`. */
interface Answered {
  command: string;
  data: unknown;
}

/** Tasks are made from the log: locally within three seconds, with the time of a busy machine. */
const TASKS = 6000;

/** @returns 0 if each command answered; a refusal, which most stories are about, is an answer. @throws UsageError */
export async function playStory({ run }: ToldStory, asTyped: (line: string) => string): Promise<void> {
  const answers: Answered[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-story-'));
  try {
    for (const [at, line] of run.entries()) {
      const filled = fill(line, answers);
      process.stdout.write(t.step(at + 1, run.length, asTyped(filled)));
      if (/^fieldgate task list/.test(line)) await setTimeout(TASKS);
      const file = join(folder, String(at));
      const { code, said } = await type(filled, file);
      const [, command = ''] = /^fieldgate (\S+(?: [a-z]\S*)?)/.exec(line) ?? [];
      const data = answerIn(file);
      answers.unshift({ command, data });
      // 1 is a refusal by the gateway, 4 an act that waits; anything else is no part of a story.
      if (code !== 0 && code !== 1 && code !== 4) throw new UsageError(t.broken(at + 1, code));
      process.stdout.write(whatToLookAt(line, data, said));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(t.played);
}

function whatToLookAt(line: string, data: unknown, said: string): string {
  const refused = /^✗ .*\(([A-Z_]+)[),]/m.exec(said)?.[1];
  const entry = memberOf(data, ['receipt', 'entry']) ?? undefined;
  const officer = /--officer (\S+)/.exec(line)?.[1];
  return [
    ...(refused === undefined ? [] : [t.refusedBy(refused)]),
    ...(entry === undefined || officer === undefined ? [] : [t.logged(entry)]),
  ].join('');
}

/** What stands in angle brackets is in the newest answer that has it. @throws UsageError */
export function fill(line: string, answers: readonly Answered[]): string {
  return line.replace(/<([a-z]+)>/g, (_, name: string) => {
    for (const { command, data } of answers) {
      const found =
        memberIn(oneOf(data, line), name) ?? (command.startsWith(name) ? memberIn(data, 'id') : undefined);
      // It becomes a word of a shell's line.
      if (found !== undefined && /^[\w.+=-]+$/.test(found)) return found;
    }
    throw new UsageError(t.notAnswered(name));
  });
}

/** Of a list, what the command is about: a task that its outcome closes, or that its own kind names; the newest. */
function oneOf(data: unknown, line: string): unknown {
  if (!Array.isArray(data)) return data;
  const outcome = /--outcome (\S+)/.exec(line)?.[1];
  const kind = /^fieldgate (\S+)/.exec(line)?.[1] ?? '';
  const newest = data.toSorted((a, b) => String(b.opened ?? '').localeCompare(String(a.opened ?? '')));
  const closes = newest.filter(
    ({ outcomes, byHand }) =>
      outcome === undefined || outcomes === undefined || (byHand && outcomes.includes(outcome)),
  );
  return (
    closes.find((one) => one.kind === kind) ?? closes.find((one) => !NEVER.test(one.kind ?? '')) ?? closes[0]
  );
}
/** Terms of receipts are no step of a story. */
const NEVER = /^delete-ended$/;

/** The entry of what was opened or asked comes before that of a receipt; a request is about references. */
const PLACES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  entry: [['entry'], ['opened', 'entry'], ['receipt', 'entry']],
  about: [['about'], ['refs', '0']],
};

function memberIn(data: unknown, name: string): string | undefined {
  for (const path of PLACES[name] ?? [[name]]) {
    const found = memberOf(data, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberOf(data: unknown, path: readonly string[]): string | undefined {
  let at = data;
  for (const name of path) at = (at as Record<string, unknown> | null | undefined)?.[name];
  return typeof at === 'string' ? at : undefined;
}

function answerIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Types a line into a shell, whose `fieldgate` is this command line. */
async function type(line: string, file: string): Promise<{ code: number; said: string }> {
  const own = 'fieldgate() { "$FIELDGATE_NODE" "$FIELDGATE_CLI" "$@"; }\n';
  const env = {
    ...process.env,
    [ANSWERS]: file,
    FIELDGATE_NODE: process.execPath,
    FIELDGATE_CLI: process.argv[1],
  };
  const shell = spawn('bash', ['-c', own + line], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  shell.stderr.on('data', (chunk) => {
    said += chunk;
    process.stderr.write(chunk);
  });
  const code = await new Promise<number>((done, fail) => {
    shell.once('error', () => fail(new UsageError(t.needsBash)));
    shell.once('close', (ended) => done(ended ?? 1));
  });
  return { code, said };
}
