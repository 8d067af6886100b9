import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ReleaseListResult } from '../../../shared/client/release-list.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { readList } from '../lists/file.ts';
import { namingIn } from '../lists/headings.ts';
import {
  type Job,
  type ListOptions,
  openJob,
  type Places,
  placesOf,
  tellBudgets,
  withList,
  work,
} from '../lists/job.ts';
import { peopleIn } from '../lists/people.ts';
import { writeOut } from '../lists/result.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { mark, pairs } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';
import { headingOf, wordsOf } from './field-words.ts';
import { type AskOptions, askOf, requireFields } from './release-ask.ts';
import { COLUMNS, type Kept, rowOf } from './release-rows.ts';

const { releaseList: t, job: j, people: p } = await texts('lists');

interface ReleaseListOptions extends AskOptions, ListOptions {
  officer?: string;
  again?: boolean;
}

const TAKEN = 'purpose case officer reason instrument activity basis field compare collection sealed signed';

/** `fieldgate release list <file>` */
export function registerReleaseList(release: Command): void {
  withList(release.command('list').description(t.what).argument('<file>', p.file))
    .option('--out <file>', j.out)
    .option('--again', t.again)
    .addHelpText('after', t.help)
    .takes(...TAKEN.split(' '))
    .runs<ReleaseListOptions>((options, file) => run(file, options));
}

async function run(file: string, options: GlobalOptions & ReleaseListOptions): Promise<number> {
  const list = await readList(file);
  const places = placesOf(file, options, 'released', list.format);
  const asked = askOf(options);
  const { gate, clientId } = await open(options);
  await requireFields(gate, asked.fields);
  const naming = await namingIn(list, gate, options.column);
  const people = peopleIn(list, naming, gate.matchKeys);
  if (people.length === 0) throw new UsageError(p.empty(file));
  const { purpose, case: number, fields, compare, collection } = asked;
  const about = { purpose, case: number, fields, compare, collection };
  const head = defined({ kind: 'release', agency: clientId, ...about });
  const lines = people.map(({ row, subject }) => ({ row, content: subject as Json }));
  const again = (answer: Kept) => options.again === true && 'lost' in answer;
  const job = openJob<Json, Kept>(places.folder, head as Record<string, Json>, lines, {
    sealed: true,
    again,
  });
  const { journal } = job;
  try {
    markLost(job, options.again === true);
    const todo = job.todo.filter(({ key }) => !journal.answers.has(key) || options.again);
    if (!(await mayGoOn(gate, todo.length, options))) return EXIT.waiting;
    const rows = todo.map(({ row, content }) => ({ row, subject: content as Subject }));
    const keys = new Map(todo.map(({ row, key }) => [row, key]));
    const ended = await work(w.people, job, async ({ signal, kept }) => {
      const keep = (results: readonly ReleaseListResult[]) => {
        journal.keep(results.map((one) => [keys.get(one.row) ?? '', keptOf(one)]));
        kept(results.length);
      };
      const before = (some: readonly { row: number }[]) =>
        journal.send(some.map(({ row }) => keys.get(row) ?? ''));
      try {
        await gate.releaseList({ ...asked, rows, before, keep, signal });
      } catch (error) {
        if (error instanceof FieldgateError && !MAYBE.has(error.code)) journal.unsend();
        throw error;
      }
    });
    const words = await wordsOf(gate);
    const names = Object.keys(words.fields).map((name) => headingOf(words.fields, name));
    const shape = {
      ...{ columns: COLUMNS, naming, fields: names },
      rowOf: (kept: Kept | undefined) => rowOf(kept, words),
    };
    const report = countsOf(job, places, await writeOut(places, job, list, shape));
    print(options, report, () => inWords(report));
    return ended ?? codeOf(report);
  } finally {
    journal.close();
  }
}

/** After these a request may have been carried out. */
const MAYBE: ReadonlySet<string> = new Set([
  'ANSWER_LOST',
  'ANSWER_INVALID',
  'RECEIPT_INVALID',
  'NO_ENCRYPTION_KEY',
]);

/** Rows of a request that was cut off may have been released: they are not asked again unasked. */
function markLost({ journal }: Pick<Job<Json, Kept>, 'journal'>, again: boolean): void {
  const cut = (journal.open?.keys ?? []).filter((key) => !journal.answers.has(key));
  if (cut.length > 0 && !again) journal.keep(cut.map((key) => [key, { lost: true }]));
}

async function mayGoOn(gate: Fieldgate, rows: number, options: ReleaseListOptions): Promise<boolean> {
  if (rows === 0) return true;
  const { people, misses } = (await gate.whoami(defined({ officer: options.officer }))).limits;
  const counted = await tiersOf(gate, options, people?.tiers ?? []);
  const budgets = counted.map(({ tier, left }) => ({ what: t.told(word(tier)), left }));
  const unanswered = [misses?.officer, misses?.agency].flatMap((one) => (one ? [one.left] : []));
  const others = unanswered.length > 0 ? [{ what: t.unanswered, left: Math.min(...unanswered) }] : [];
  const resetsAt = people?.resetsAt ?? misses?.resetsAt;
  return tellBudgets(rows, { budgets, others, resetsAt }, options);
}

/** Forms that count in the mildest tier, whatever the field. */
const MILD: ReadonlySet<string> = new Set(['predicate', 'token']);

/** The tiers in which the asked fields count. */
async function tiersOf<Tier extends { levels: string[] }>(
  gate: Fieldgate,
  { purpose, field }: ReleaseListOptions,
  tiers: readonly Tier[],
): Promise<Tier[]> {
  const { purposes, fields } = await gate.catalogue();
  const open = purposes.find(({ code }) => code === purpose)?.fields ?? [];
  const asked = open.filter(({ name }) => field?.includes(name) ?? true);
  const used = asked.map(({ name, form }) =>
    MILD.has(form) ? tiers.at(-1) : tiers.find(({ levels }) => levels.includes(fields[name]?.level ?? '')),
  );
  return tiers.filter((tier) => used.includes(tier));
}

function keptOf(one: ReleaseListResult): Kept {
  if ('filed' in one) return { request: one.filed.id };
  return 'invalid' in one ? { invalid: one.invalid } : { release: one.release, result: one.result };
}

interface Report {
  rows: number;
  released: number;
  refused: number[];
  invalid: number[];
  waiting: number[];
  lost: number[];
  open: number;
  repeated: number;
  requests: string[];
  /** Rows in which a field was withheld, by the code. */
  withheld: Record<string, number>;
  result: string;
}

function countsOf(
  { rows, journal, repeated }: Job<Json, Kept>,
  { result }: Places,
  nobody: readonly number[],
): Report {
  const answered = rows.map(({ row, key }) => [row, journal.answers.get(key)] as const);
  const those = (fits: (answer: Kept) => boolean) =>
    answered.flatMap(([row, answer]) => (answer && fits(answer) ? [row] : []));
  const requests = answered.flatMap(([, answer]) => (answer && 'request' in answer ? [answer.request] : []));
  const codes = answered.flatMap(([, answer]) => codesOf(answer));
  return {
    rows: rows.length + nobody.length,
    released: those((one) => 'result' in one && !('refused' in one.result)).length,
    refused: those((one) => 'result' in one && 'refused' in one.result),
    invalid: [...those((one) => 'invalid' in one), ...nobody].sort((a, b) => a - b),
    waiting: those((one) => 'request' in one),
    lost: those((one) => 'lost' in one),
    open: answered.filter(([, answer]) => answer === undefined).length,
    repeated,
    requests: [...new Set(requests)],
    withheld: Object.fromEntries(
      [...grouped(codes, (code) => code)].map(([code, all]) => [code, all.length]),
    ),
    result,
  };
}

/** Of the fields that a row was not given, each once. */
function codesOf(answer: Kept | undefined): string[] {
  if (!answer || !('result' in answer) || 'refused' in answer.result) return [];
  return [...new Set(Object.values(answer.result.withheld ?? {}).map(({ code }) => code))];
}

function codeOf({ lost, refused, invalid, waiting }: Report): number {
  if (lost.length > 0) return EXIT.lost;
  if (refused.length + invalid.length > 0) return EXIT.refused;
  return waiting.length > 0 ? EXIT.waiting : EXIT.ok;
}

function inWords(report: Report): string {
  const { rows, released, repeated, open, requests, result } = report;
  const clean = codeOf(report) === EXIT.ok && open === 0;
  const some = (name: string, list: readonly number[]) =>
    list.length > 0 ? [[name, j.rows(list)] as const] : [];
  const of = [
    [t.released, String(released)] as const,
    ...Object.entries(report.withheld).map(
      ([code, n]) => [label('withheld'), t.withheldIn(code, n)] as const,
    ),
    ...some(w.refused, report.refused),
    ...some(j.malformed, report.invalid),
    ...some(t.waiting, report.waiting),
    ...some(t.cut, report.lost),
    ...(open > 0 ? [[j.open, String(open)] as const] : []),
    ...(repeated > 0 ? [[j.repeated, j.once(repeated)] as const] : []),
    [j.result, result] as const,
  ];
  return [
    t.done(mark(clean ? 'good' : 'open'), rows, pairs(of)),
    report.refused.length > 0 ? t.refusedHint : '',
    requests.length > 0 ? t.requests(requests) : '',
    report.lost.length > 0 ? t.lostHint : '',
  ].join('');
}
