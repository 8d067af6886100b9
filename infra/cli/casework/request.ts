import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import type { Subject, Why, DeskWords as Words } from '../../../shared/client/wire/types.ts';
import type { ReleaseResult } from '../../../shared/contract/release.ts';
import type { ReceivedRequest } from '../../../shared/contract/requests.ts';
import { requestRoutes } from '../../../shared/contract/routes/requests.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, withOfficer, withPeople } from '../common.ts';
import { derive, inWords } from '../derive/derive.ts';
import { subjectsOf } from '../lists/subjects-file.ts';
import { texts, words as w } from '../messages/language.ts';
import { type PersonOptions, refOf, withNumber } from '../person.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { pairs } from '../terminal/table.ts';
import { appendWhole } from '../whole-files.ts';

const { request: t, collect: c } = await texts('casework');

/** `fieldgate request …`: fields that a purpose releases only with an approval. */
export function registerRequest(program: Command): void {
  const request = program.command('request');
  const submitting = request.command('submit').option('--subjects <file>', w.manyPeople);
  derive(withPeople(submitting), requestRoutes.fileRequest, {
    flags: { subjects: null, collection: null, text: null },
    before: async (gate, ask, options) =>
      void Object.assign(ask, { subjects: await subjectsOf(gate, options) }),
    says: requestInWords,
  });
  registerCollect(request);
  derive(request.command('list'), requestRoutes.listRequests, {
    flags: {
      box: ['--sent', 'sent', 'received'],
      state: '--state <state>',
      counts: null,
      due: ['--due', 'yes'],
    },
    columns: ['id', 'state', 'purpose', 'agency', 'at', 'fields'],
    none: t.none,
  });
  withOfficer(withNumber(request.command('show').description(t.show)))
    .argument('<id>', t.fromList)
    .calls<Why & PersonOptions>(async ({ gate, options }, id) => {
      const found = await gate.call('GET /v1/requests/:id', { id });
      if ((options.match ?? options.localId) === undefined)
        return print(options, found, () => requestInWords(found));
      // The request names people as this office's own references; the office knows them by their numbers.
      const person = (('refs' in found && found.refs) || []).indexOf(await refOf(gate, options)) + 1;
      const among = person === 0 ? null : person;
      print(options, { ...found, among }, () => requestInWords(found) + t.among(among));
    });
  derive(request.command('approve'), requestRoutes.approveRequest, { flags: { why: null } });
  derive(request.command('refuse'), requestRoutes.refuseRequest, { flags: { why: '--why <code>' } });
  const ask = requestRoutes.askForMaterial;
  derive(request.command('ask-material'), ask, { flags: { missing: '--missing <code>' }, late: true });
  const supply = requestRoutes.supplyMaterial;
  derive(request.command('supply'), supply, { flags: { statement: '--statement <text>' }, late: true });
  derive(request.command('withdraw'), requestRoutes.withdrawRequest);
  derive(request.command('dispute'), requestRoutes.disputeRefusal, { after: () => t.disputed });
}

/** A request as its route shows it. */
export const requestInWords = (one: object): string =>
  inWords(requestRoutes.readRequest, one as Record<string, Json>) +
  nextOf(one as Partial<ReceivedRequest>) +
  ('mine' in one && 'entry' in one ? w.answers(String(one.entry)) : '');

/** What an approver of a text does first. */
function nextOf({ id = '', refs = [], tested }: Partial<ReceivedRequest>): string {
  if (tested === 'identifies') return t.identifies(id);
  return tested === 'missing' ? t.untested(id, refs[0] ?? '') : '';
}

interface CollectOptions extends Words {
  subjects?: string;
  out?: string;
  sealed?: boolean;
}

/** `fieldgate request collect <id>`: an approved request of many people, such as a payment collect. */
function registerCollect(request: Command): void {
  withOfficer(request.command('collect').description(c.what))
    .argument('<id>', w.fromSent)
    .option('--subjects <file>', c.subjects)
    .option('--out <file>', c.out)
    .option('--sealed', w.sealed)
    .addHelpText('after', c.help)
    .runs<CollectOptions>((options, id) => collect(id, options));
}

/** One line of the file: the position in the request, counted from 1, and the person as named there. */
type Line = { person: number; subject: Subject } & ReleaseResult;

async function collect(id: string, options: GlobalOptions & CollectOptions): Promise<number> {
  const { subjects: list, out, officer, reason } = options;
  if (list === undefined || out === undefined) throw new UsageError(c.needsFiles);
  const { gate } = await open(options);
  const subjects = await subjectsOf(gate, { subjects: list });
  const request = await gate.call('GET /v1/requests/:id', { id });
  if (request.subjects !== subjects.length)
    throw new UsageError(c.otherSize(request.subjects, subjects.length));
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
  print(options, report, () => collectedInWords(report, out));
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
        throw new UsageError(c.otherList(path));
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

function collectedInWords(
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
    [c.released, c.releasedIn(released, out)],
    [w.refused, some(refused)],
  ];
  if (lost.length > 0) rows.push([c.lost, c.lostMeans(some(lost))]);
  return pairs(rows);
}

function some(people: readonly number[]): string {
  const first = people.slice(0, 10).join(', ');
  return people.length === 0 ? '0' : `${people.length} (${first}${people.length > 10 ? ', …' : ''})`;
}
