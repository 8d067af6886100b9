import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import type { Subject, DeskWords as Words } from '../../../shared/client/wire/types.ts';
import type { ReleaseResult } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, withOfficer } from '../common.ts';
import { readSubjects } from '../lists/subjects-file.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { pairs } from '../terminal/table.ts';
import { appendWhole } from '../whole-files.ts';

const { collect: t } = await texts('casework');
const { words: w } = await texts('words');

interface CollectOptions extends Words {
  subjects?: string;
  out?: string;
  sealed?: boolean;
}

/** `fieldgate request collect <id>`: an approved request of many people, such as a payment run. */
export function registerCollect(request: Command): void {
  withOfficer(request.command('collect').description(t.what))
    .argument('<id>', w.fromSent)
    .option('--subjects <file>', t.subjects)
    .option('--out <file>', t.out)
    .option('--sealed', w.sealed)
    .addHelpText('after', t.help)
    .runs<CollectOptions>((options, id) => run(id, options));
}

/** One line of the file: the position in the request, counted from 1, and the person as named there. */
type Line = { person: number; subject: Subject } & ReleaseResult;

async function run(id: string, options: GlobalOptions & CollectOptions): Promise<number> {
  const { subjects: list, out, officer, reason } = options;
  if (list === undefined || out === undefined) throw new UsageError(t.needsFiles);
  const { gate } = await open(options);
  const subjects = (await readSubjects(list, gate.matchKeys)).rows.map(({ subject }) => subject);
  const request = await gate.call('GET /v1/requests/:id', { id });
  if (request.subjects !== subjects.length)
    throw new UsageError(t.otherSize(request.subjects, subjects.length));
  const kept = keptIn(out, subjects);
  const progress = startProgress(w.people, subjects.length);
  const file = openSync(out, 'a', 0o600);
  try {
    const people = { subjects, ...defined({ officer, reason, sealed: options.sealed }) };
    for await (const { from, answer } of gate.requests.collect(request, people)) {
      const lines = answer.results.map(
        (result, i): Line => ({
          person: from + i + 1,
          subject: subjects[from + i] as Subject,
          ...result,
        }),
      );
      appendWhole(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      fsyncSync(file);
      for (const { person, ...line } of lines) kept.set(person, 'refused' in line);
      progress.update(kept.size);
    }
  } finally {
    progress.stop();
    closeSync(file);
  }
  const refused = [...kept].filter(([, one]) => one).map(([person]) => person);
  const lost = subjects.map((_, i) => i + 1).filter((person) => !kept.has(person));
  const report = { people: subjects.length, released: kept.size - refused.length, refused, lost };
  print(options, report, () => inWords(report, out));
  if (lost.length > 0) return EXIT.lost;
  return refused.length > 0 ? EXIT.refused : EXIT.ok;
}

/** People of earlier pieces, and whether each was refused. @throws UsageError if the file is of another list */
function keptIn(path: string, subjects: readonly Subject[]): Map<number, boolean> {
  if (!existsSync(path)) return new Map();
  const bytes = readFileSync(path);
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
  // A process that was killed may have left the beginning of a line.
  if (whole.length < bytes.length) truncateSync(path, whole.length);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const { person, subject, ...result } = lineOf(line) ?? {};
      if (person === undefined || JSON.stringify(subjects[person - 1]) !== JSON.stringify(subject))
        throw new UsageError(t.otherList(path));
      return [person, 'refused' in result];
    }),
  );
}

function lineOf(text: string): Partial<Line> | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

function inWords(
  {
    people,
    released,
    refused,
    lost,
  }: { people: number; released: number; refused: number[]; lost: number[] },
  out: string,
): string {
  const rows: [string, string][] = [
    [w.people, String(people)],
    [t.released, t.releasedIn(released, out)],
    [w.refused, some(refused)],
  ];
  if (lost.length > 0) rows.push([t.lost, t.lostMeans(some(lost))]);
  return pairs(rows);
}

function some(people: readonly number[]): string {
  const first = people.slice(0, 10).join(', ');
  return people.length === 0 ? '0' : `${people.length} (${first}${people.length > 10 ? ', …' : ''})`;
}
