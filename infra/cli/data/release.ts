import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ReleaseRequest } from '../../../shared/client/release.ts';
import type { RequestFiling } from '../../../shared/client/requests.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { ReleaseAnswer, Subject } from '../../../shared/client/wire/types.ts';
import type { NotGiven, ReleaseResult } from '../../../shared/contract/release.ts';
import type { ApprovalRequest } from '../../../shared/contract/requests.ts';
import { releaseRoutes } from '../../../shared/contract/routes/release.ts';
import { defined } from '../../../shared/defined.ts';
import { requestInWords } from '../casework/request.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, type NamedPeople, open, print, subjectsFrom, withPeople } from '../common.ts';
import { derive } from '../derive/derive.ts';
import { isInProject } from '../identity/folders.ts';
import { subjectsOf } from '../lists/subjects-file.ts';
import { label } from '../messages/labels.ts';
import { spoken, texts, words as w } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';
import { inLine, mark, paint, pairs, safe, table } from '../terminal/table.ts';
import { day, deadline, zoneHere } from '../terminal/times.ts';
import { dutiesInWords, wayInWords, word } from '../terminal/words.ts';
import { type FieldWords, valueInWords, wordsOf } from './field-words.ts';
import { rangeIn, requireRoom, withoutKeys } from './file.ts';
import { type AskOptions, askOf, requireFields, withAsk } from './release-ask.ts';
import { registerReleaseList } from './release-list.ts';

const { release: t } = await texts('data');

interface ReleaseOptions extends AskOptions, NamedPeople {
  ask?: boolean;
  subjects?: string;
  files?: string;
  range?: string;
}

/** `fieldgate release` */
export function registerRelease(program: Command): void {
  const asking = withPeople(program.command('release'))
    .option('--subjects <file>', t.subjects)
    .option('--ask', t.ask)
    .option('--files <folder>', t.files)
    .option('--range <from-to>', t.range)
    .option('--signed', w.signed)
    .option('--sealed', t.sealed)
    .addHelpText('after', t.help)
    .runs<ReleaseOptions>(run);
  withAsk(asking);
  registerReleaseList(asking);
  derive(program.command('release-second'), releaseRoutes.secondRelease, {
    flags: { first: '--first <name>' },
    says: ({ second }) => `${second}\n`,
  });
}

async function run(options: GlobalOptions & ReleaseOptions): Promise<number> {
  const asked = askOf(options);
  // A command that names no person fails before it is connected.
  const named = options.subjects === undefined ? subjectsFrom(options) : null;
  const range = options.range === undefined ? undefined : rangeIn(options.range);
  if (options.files !== undefined) requireRoom(options.files);
  const { gate } = await open(options);
  const subjects = named ?? (await subjectsOf(gate, options));
  await requireFields(gate, asked.fields);
  const answer = await releaseOrFiled(gate, { ...asked, subjects });
  if ('state' in answer) {
    print(options, answer, () => waitsInWords(answer));
    return EXIT.waiting;
  }
  if (options.ask) {
    const { purpose, case: number, officer, reason, context: { instrument, activity, basis } = {} } = asked;
    const stated = defined({ case: number, officer, reason, instrument, activity, basis });
    await askFor(gate, answer, { purpose, subjects, ...(stated as object) });
  }
  const words = options.json ? undefined : await wordsOf(gate);
  const shown = await withoutKeys(gate, answer, options.files, range);
  print(options, shown, () => inWords(shown, subjects, words));
  return codeOf(answer);
}

/** Files one request for the fields that only lack an approval, and says so at each of them. */
async function askFor(gate: Fieldgate, answer: ReleaseAnswer, filing: RequestFiling): Promise<void> {
  const given = answer.results.flatMap((result) => ('refused' in result ? [] : [result]));
  const lacks = ({ code, request }: NotGiven) => code === 'NO_APPROVAL' && request === undefined;
  const fields = Object.entries(given[0]?.withheld ?? {}).flatMap(([name, one]) =>
    lacks(one) ? [name] : [],
  );
  if (fields.length === 0) return;
  const { id, fields: asked } = await gate.requests.submit({ ...filing, fields });
  for (const { withheld } of given) {
    for (const name of fields) {
      const [one, request] = [withheld[name], asked[name]];
      if (one && request) one.request = { id, ...request };
    }
  }
}

/** The first that holds: a person is refused, a field was given, a field waits, all is withheld. */
function codeOf({ results }: ReleaseAnswer): number {
  const given = results.flatMap((result) => ('refused' in result ? [] : [result]));
  if (given.length < results.length) return EXIT.refused;
  if (given.some(({ fields }) => Object.keys(fields).length > 0)) return EXIT.ok;
  const waits = given.some(({ withheld }) => Object.values(withheld).some((one) => isWaiting(one)));
  return waits ? EXIT.waiting : EXIT.refused;
}

const isWaiting = ({ request }: NotGiven) => request?.state === 'waiting' || request?.state === 'material';

/** A release that needs the owners' approval is not a failure. */
async function releaseOrFiled(
  gate: Fieldgate,
  request: ReleaseRequest,
): Promise<ReleaseAnswer | ApprovalRequest> {
  try {
    return await gate.release(request);
  } catch (error) {
    if (error instanceof FieldgateError && error.filed) return error.filed;
    throw error;
  }
}

function waitsInWords(filed: ApprovalRequest): string {
  const next = t.next(filed.id);
  return t.waits(requestInWords(filed), next);
}

/** What the policy calls a field, with the name by which it is asked for. */
function named(name: string, words: FieldWords | undefined): string {
  const { label } = words?.fields[name] ?? {};
  return label ? `${spoken(label)} (${safe(name)})` : safe(name);
}

function inWords(answer: ReleaseAnswer, subjects: Subject[], words?: FieldWords): string {
  const head = pairs([
    [t.release, answer.release],
    [label('purpose'), t.underPolicy(answer.purpose, answer.policy.version)],
    ...(answer.obligations.length > 0
      ? [[label('obligations'), dutiesInWords(answer.obligations, words?.obligations)] as const]
      : []),
  ]);
  const people = answer.results.map((result, at) => {
    const number = subjects.length > 1 ? t.position(at + 1, subjects.length) : '';
    return personInWords(result, number, words);
  });
  // The same for whatever was refused. In a local gateway it is mostly a number of another day's sample.
  const isSample = answer.results.some((result) => 'refused' in result) && isInProject('store/sample.json');
  return head + people.join('') + (isSample ? t.sampleHint : '');
}

function personInWords(result: ReleaseResult, number: string, words?: FieldWords): string {
  const receipt = paint('gray', w.logEntryIs(result.receipt.entry), process.stdout);
  if ('refused' in result) {
    return t.refused(mark('bad'), number, result.refused.code, receipt);
  }
  const ownerIn = (code: string) => spoken(words?.departments[code] ?? {}) || code;
  const held = Object.entries(result.fields).map(
    ([name, { form, value, level, predicate, way, owner, asOf, disputed }]) => [
      named(name, words),
      (predicate
        ? `${way ? spoken(way) : predicate}: ${t.answers[inLine(value)] ?? inLine(value)}`
        : valueInWords(words?.fields ?? {}, name, value)) + (disputed ? t.disputed : ''),
      wayInWords(form, way, level),
      owner ? `${ownerIn(owner)}${asOf ? ` ${day(asOf)}` : ''}` : '',
    ],
  );
  const all = Object.entries(result.withheld ?? {});
  const absent = all.filter(([, { code }]) => code === 'ABSENT').map(([name]) => named(name, words));
  const withheld = all
    .filter(([, { code }]) => code !== 'ABSENT')
    .map(([name, one]) => [named(name, words), one.code, one.rule ?? '', whyInWords(one)]);
  return [
    `\n${mark(held.length > 0 ? 'good' : 'open')} ${number}${result.ref}\n${receipt}\n`,
    result.obligations ? t.duties(dutiesInWords(result.obligations, words?.obligations)) : '',
    held.length > 0
      ? `\n${table([label('field'), w.value, label('form'), w.fromIn(zoneHere())], held, { wraps: 1 })}`
      : t.noneGiven,
    withheld.length > 0
      ? `\n${table([label('withheld'), label('code'), label('rule'), w.reason], withheld)}`
      : '',
    absent.length > 0 ? t.absent(absent.join(', ')) : '',
  ].join('');
}

/** The reason, and the way on: where the field waits and until when, or how to ask for it. */
function whyInWords({ code, reason, request }: NotGiven): string {
  const why = spoken(reason ?? {});
  if (request)
    return `${why} ${t.asked(request.id, word(request.state), request.of, deadline(request.answerBy))}`;
  const way = WAYS[code as keyof typeof WAYS];
  return way === undefined ? why : `${why} ${way}`;
}

const WAYS = t.ways;
