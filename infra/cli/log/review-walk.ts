/** The walk of `fieldgate log review`: one group after another, one key for a verdict, and the last one can be taken back. */

import { emitKeypressEvents } from 'node:readline';
import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import { texts } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { paint, safe } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';
import { agencyOf } from './alerts.ts';
import { GATEWAY } from './known.ts';
import { sayingsOf } from './words.ts';

const { review: t } = await texts('review');
const { words: w } = await texts('words');

export const VERDICTS = new Map([
  ['j', 'justified'],
  ['u', 'questioned'],
  ['v', 'violation'],
]);

/** What is to be reviewed: an alert, or entries alike. */
export interface Step {
  title: string;
  /** How many entries get the verdict. */
  count: number;
  /** The newest of them, which is shown. */
  read(): Promise<LogEntry>;
  /** @returns how many verdicts are in the log, and the codes of those that were refused */
  act(key: string, note: string | undefined): Promise<{ given: number; refused: string[] }>;
}

/** A verdict that is not in the log yet. */
interface Held {
  step: Step;
  key: string;
  note: string | undefined;
}

/**
 * A verdict goes into the log when the next one is given, or at the end: so the last one can be taken back, and the log
 * needs no entry that corrects it. A refusal of the gateway is shown, and the walk continues.
 */
export async function lookAt(steps: readonly Step[]): Promise<number> {
  const sums = new Map<string, number>();
  let held: Held | null = null;
  const settle = async () => {
    if (held) await give(held, sums);
    held = null;
  };
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] as Step;
    const entry = await step.read();
    show(step, entry, at, steps.length);
    const key = await pressed(step.count, held !== null);
    if (key === 'q') break;
    if (key === 'z') {
      at = steps.indexOf((held as unknown as Held).step) - 1;
      held = null;
      process.stdout.write(t.takenBack);
      continue;
    }
    if (key === ' ') continue;
    await settle();
    held = { step, key, note: key === 'j' ? undefined : await sentence() };
    process.stdout.write(`${paint('green', '✓', process.stdout)} ${word(VERDICTS.get(key) as string)}\n`);
    if (key === 'v') process.stdout.write(nextFor(entry));
  }
  await settle();
  const said = [...sums].map(([verdict, count]) => `${count} ${word(verdict)}`).join(', ');
  process.stdout.write(t.verdicts(said || w.none));
  process.stdin.pause();
  return EXIT.ok;
}

async function give({ step, key, note }: Held, sums: Map<string, number>): Promise<void> {
  const verdict = VERDICTS.get(key) as string;
  const failed = (what: string) =>
    process.stdout.write(`${paint('red', '✗', process.stdout)} ${safe(what)}\n`);
  try {
    const { given, refused } = await step.act(key, note);
    sums.set(verdict, (sums.get(verdict) ?? 0) + given);
    if (refused.length > 0) failed(t.someRefused(refused.length, [...new Set(refused)].join(', ')));
  } catch (error) {
    if (!(error instanceof FieldgateError)) throw error;
    failed(`${error.message} (${error.code})`);
  }
}

function show({ title }: Step, entry: LogEntry, at: number, of: number): void {
  const head = paint('bold', t.position(at + 1, of, safe(title)), process.stdout);
  process.stdout.write(`\n${head}\n${sayingsOf(entry)}`);
}

/** What an officer may do next about a violation. */
function nextFor(entry: LogEntry): string {
  const [agency, officer] = [agencyOf(entry), entry.words?.officer];
  // The gateway itself is not frozen.
  if (typeof agency !== 'string' || agency === GATEWAY) return '';
  return t.next(safe(agency), typeof officer === 'string' ? safe(officer) : null);
}

/** Milliseconds in which keys are dropped that were typed before the entry was shown. */
const DEAF = 80;

/** The next key of those that mean something here. Keys typed ahead are no verdicts. */
async function pressed(alike: number, canUndo: boolean): Promise<string> {
  emitKeypressEvents(process.stdin);
  process.stdin.setRawMode(true);
  const drop = () => {};
  process.stdin.on('data', drop).resume();
  await setTimeout(DEAF);
  process.stdin.off('data', drop);
  process.stdout.write(`${paint('gray', t.prompt(alike, canUndo), process.stdout)}\n`);
  const keys = [...VERDICTS.keys(), ' ', 'q', ...(canUndo ? ['z'] : [])];
  return new Promise((resolve) => {
    const done = (text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
      const name = key.ctrl && key.name === 'c' ? 'q' : (text ?? '');
      if (!keys.includes(name)) return;
      process.stdin.off('keypress', done);
      process.stdin.setRawMode(false);
      process.stdin.pause();
      resolve(name);
    };
    process.stdin.on('keypress', done);
  });
}

/** The reason of a verdict; `undefined` for an empty line. */
async function sentence(): Promise<string | undefined> {
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const said = (await line.question(t.why)).trim();
  line.close();
  return said === '' ? undefined : said;
}
