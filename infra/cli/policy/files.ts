/** The commands `fieldgate pack check`, `matrix`, `acts` and `diff`. */
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import shipped from '#pack/pack.json' with { type: 'json' };
import type { Second } from '../../../shared/client/wire/types.ts';
import { versionRoutes } from '../../../shared/contract/routes/versions.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { LANGUAGE_TAGS } from '../../../shared/languages.ts';
import type { ActRow, Way } from '../../../shared/policy/acts/rows.ts';
import { scheduleOf, scheduleText } from '../../../shared/policy/compile/check/schedule.ts';
import { compiledFiles, compilePack } from '../../../shared/policy/compile/compile.ts';
import { diffPacks } from '../../../shared/policy/compile/show/diff.ts';
import { cellLetter, cellsOf } from '../../../shared/policy/compile/show/matrix.ts';
import { whoseRows } from '../../../shared/policy/compile/show/whose.ts';
import { actCells, actTableHash } from '../../../shared/policy/decide/act-table.ts';
import { endingsOf } from '../../../shared/policy/pack/calendar.ts';
import { type CompiledPack, loadPack } from '../../../shared/policy/pack/load-pack.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { proved } from '../../../shared/policy/prove/prove.ts';
import { editorSchema } from '../../../shared/policy/schema/editor-schema.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { show } from '../derive/derive.ts';
import { label } from '../messages/labels.ts';
import { language, spoken, texts, words as w, wanted } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { SHIPPED } from '../terminal/shipped.ts';
import { pairs, table } from '../terminal/table.ts';
import { faultsInWords } from './faults.ts';
import { lackingAfter, lackingInWords, lackingOf } from './owner-keys.ts';
import { requireProven } from './prove.ts';

const { files: t, init: i, owner: o } = await texts('policy');
/** Of a gateway on one's machine: what departments have deployed. */
const OWNERS = '.fieldgate/owners';

export function check(folder: string, options: GlobalOptions & { write?: boolean }): void {
  if (folder === SHIPPED && !existsSync(folder)) throw new UsageError(t.nameFolder);
  const { pack, faults } = compilePack(folder);
  if (!pack) {
    print(options, { compiled: false, faults }, () => `${faultsInWords(faults)}\n`);
    process.exitCode = EXIT.refused;
    return;
  }
  const compiled = join(folder, 'compiled');
  const known = writtenIn(join(compiled, 'pack.json'));
  // Not the proof that is there: the engine may have changed since.
  const proof = options.write ? proved(loadPack(pack)) : proofOf(pack, known);
  if (options.write) writeCompiled(folder, { ...pack, ...defined({ proof }) });
  const current = options.write ? pack.hash : (known.hash ?? null);
  const state = current === null ? t.notCompiled : current === pack.hash ? t.same : t.other;
  const ends = endingsOf(loadPack(pack), Date.now());
  const verdicts = Object.entries(proof?.sentences ?? {});
  const broken = verdicts.flatMap(([name, { holds }]) => (holds ? [] : [name]));
  const sentences = proof ? { hold: verdicts.length - broken.length, broken } : null;
  const found = { version: pack.version, hash: pack.hash, compiled: current === pack.hash, sentences, ends };
  print(options, found, () =>
    pairs([
      [label('version'), pack.version],
      [label('hash'), pack.hash],
      [t.compiled, state],
      [t.sentences, sentences ? heldIn(options, `${sentences.hold}`, broken.join(', ')) : t.unproved],
      ...ends.map(({ name, until }): [string, string] => [t.ends, t.ending(name, until)]),
    ]),
  );
  if (broken.length > 0) process.exitCode = EXIT.refused;
  // A folder without a compiled file has nothing that could be another version.
  if (current !== null && current !== pack.hash) process.exitCode = EXIT.refused;
}

function writeCompiled(folder: string, pack: CompiledPack): void {
  const compiled = join(folder, 'compiled');
  mkdirSync(compiled, { recursive: true });
  for (const [name, text] of Object.entries(compiledFiles(pack))) writeFileSync(join(compiled, name), text);
  for (const part of ['pack', 'purpose'] as const)
    writeFileSync(`${folder}/${part}.schema.json`, `${JSON.stringify(editorSchema(part), null, 1)}\n`);
}

function writtenIn(file: string): Partial<CompiledPack> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** Whether the sentences were looked at now, or what stands in the compiled file is repeated. */
const heldIn = ({ write }: { write?: boolean }, hold: string, broken: string) =>
  write ? t.proved(hold, broken) : t.said(t.proved(hold, broken));

/** The proof of just this pack that stands in its compiled file. */
const proofOf = ({ hash }: CompiledPack, { proof }: Partial<CompiledPack>) =>
  proof?.hash === hash ? proof : undefined;

export function matrix(path: string, options: GlobalOptions): void {
  const pack = readPack(path);
  const codes = [...pack.purposes.keys()];
  const rows = [...pack.fields.keys()].map((field) => [
    field,
    ...codes.map((code) => cellLetter(pack.purposes.get(code)?.cells.get(field))),
  ]);
  print(options, [...cellsOf(pack)], () => `${table([label('field'), ...codes], rows)}\n${whoseTable(pack)}`);
}

/** Of each act that is about a person: which callers reach those of their own, and which reach any. */
function whoseTable(pack: Pack): string {
  const rows = whoseRows(pack).map(({ act, of, own, any }) => [
    [act, of].filter(Boolean).join(' '),
    own.join(', '),
    any.join(', '),
  ]);
  return table([t.head.act, t.head.own, t.head.any], rows, { wraps: 1 });
}

/** One line for each way to an act; with `--json` every act and caller, as the tests try them. */
export function acts(path: string, options: GlobalOptions): void {
  const pack = readPack(path);
  const rows = [...pack.acts].flatMap(([name, row]) => {
    const rest = [
      [t.persons[row.person], row.fresh && t.fresh[row.fresh]].filter(Boolean).join(', '),
      secondText(row),
      row.tells.join(' '),
      row.limits.join(' '),
      row.entry,
      row.rule,
    ];
    return row.who.map((way, at) => [
      at === 0 ? name : '',
      wayText(way),
      ...(at === 0 ? rest : rest.map(() => '')),
    ]);
  });
  const head = [
    t.head.act,
    t.head.who,
    t.head.person,
    t.head.second,
    t.head.reveals,
    t.head.limits,
    label('entry'),
    label('rule'),
  ];
  print(options, [...actCells(pack)], () =>
    t.acts(`${table(head, rows, { wraps: 1 })}\n${whoseTable(pack)}`, actTableHash(pack)),
  );
}

/** The second person, and the times around both. */
function secondText({ second, waits, settled, within }: ActRow): string {
  const parts = [
    second && `${t.seconds[second.by]}, ${second.hours} h`,
    waits && t.waits(waits.hours, waits.except ? t.except(waits.except.join(', ')) : ''),
    settled !== undefined && t.holder(settled),
    within !== undefined && t.within(within),
  ];
  return parts.filter((part) => typeof part === 'string').join('; ');
}

function wayText({ actions, roles, departments, purposes, of, needs }: Way): string {
  const parts = [
    actions.length > 0 ? actions.join('|') : t.any,
    roles && t.as(roles.join('|')),
    departments && t.of(departments.join('|')),
    purposes && t.forPurposes(purposes.join('|')),
    of && t.aboutThings(of.join('|')),
    needs.length > 0 && t.if(needs.join(t.and)),
  ];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** The schedule of retention. */
export function retention(path: string, options: GlobalOptions & { markdown?: boolean }): void {
  const pack = readPack(path);
  const { fields, purposes } = scheduleOf(pack);
  print(options, { fields, purposes }, () => {
    if (options.markdown) return scheduleText(pack, wanted);
    const held = fields.map(({ field, label, ends }) => [field, spoken(label), ends]);
    const received = purposes.map(({ purpose, label, deletes, tasks }) => [
      purpose,
      spoken(label),
      deletes,
      tasks.join(', '),
    ]);
    return `${table([label('field'), '', t.erased], held)}\n${table([label('purpose'), '', t.recipientDeletes, t.task], received)}`;
  });
}

export function diff(before: string, after: string, options: GlobalOptions): void {
  const [from, to] = [readPack(before), readPack(after)];
  const changes = diffPacks(from, to);
  const lacking = lackingAfter(from, to);
  const own = lacking.length === 0 ? '' : `\n${o.after}\n${lackingInWords(lacking)}`;
  print(options, changes, () =>
    changes.length === 0
      ? t.noChange
      : table(
          [w.what, t.before, t.after, ''],
          changes.map((change) => [
            change.what,
            change.before,
            change.after,
            change.needsDeployment ? t.deployFirst : '',
          ]),
        ) + own,
  );
}

/** @throws UsageError if the pack does not compile, or the file is not a pack */
export function readPack(path: string): Pack {
  try {
    return loadPack(readCompiled(path));
  } catch (error) {
    // What a file of another kind lacks says nothing to a reader.
    if (error instanceof UsageError) throw error;
    throw new UsageError(t.noPack(path));
  }
}

function compiledIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(t.noPack(path));
  }
}

/** @throws UsageError if the pack does not compile, or the file is not a pack */
export function readCompiled(path: string): unknown {
  if (!existsSync(path)) {
    // The package has no sources of the shipped pack, but what they compile to.
    if (path === SHIPPED) return shipped;
    throw new UsageError(t.noPack(path));
  }
  if (!statSync(path).isDirectory()) return compiledIn(path);
  const { pack, faults } = compilePack(path);
  if (!pack) throw new UsageError(t.faults(faultsInWords(faults)));
  return pack;
}

/** `fieldgate pack init`: a copy of the starter pack, with comments and texts in the language of the command line. */
const STARTER = fileURLToPath(new URL('../../../shared/packs/starter', import.meta.url));

/** @throws UsageError if the folder exists: nothing is overwritten */
export async function init(folder: string, options: GlobalOptions & { from?: string }): Promise<void> {
  if (existsSync(folder)) throw new UsageError(i.exists(folder));
  const own = options.from === undefined ? null : await ownFields(options.from);
  // A folder of the starter that has a language's name holds the files that have words, in that language.
  const languages = LANGUAGE_TAGS.map((tag) => join(STARTER, tag));
  cpSync(STARTER, folder, { recursive: true, filter: (from) => !languages.includes(from) });
  const words = join(STARTER, language);
  if (existsSync(words)) cpSync(words, folder, { recursive: true });
  if (own) {
    (await import('./own/write.ts')).writeOwn(folder, own.fields, own.county);
    const { pack, faults } = compilePack(folder);
    if (!pack) throw new UsageError(t.faults(faultsInWords(faults)));
    writeCompiled(folder, pack);
  }
  const fields = own?.fields.map(({ name, label, level, group, reason }) => [
    label === name ? name : `${name} (${label})`,
    ...[level, group, reason],
  ]);
  print(options, { folder, ...(own && { fields: own.fields }) }, () => {
    const head = Object.values(i.kinds);
    return (fields ? `${table(head, fields, { wraps: 3 })}\n` : '') + i.made(folder);
  });
}

async function ownFields(from: string) {
  const { columnsOf } = await import('./own/columns.ts');
  const { countyOf, suggest } = await import('./own/suggest.ts');
  const columns = await columnsOf(from);
  return { fields: suggest(columns), county: countyOf(columns) };
}

/** `fieldgate pack publish`: another policy comes in force. */
export async function publish(
  path: string,
  options: GlobalOptions & Second & { owners?: string },
): Promise<void> {
  const loaded = readPack(path);
  const folder = options.owners ?? (existsSync(OWNERS) ? OWNERS : undefined);
  const own = folder === undefined ? null : lackingOf(folder, loaded);
  const pack = { ...(readCompiled(path) as object), proof: requireProven(loaded) } as unknown as Json;
  const { officer, reason, entry } = options;
  const { gate } = await open(options);
  const answer = await gate.call('POST /v1/policy/versions', {
    body: { pack, ...defined({ officer, reason, entry }) },
  });
  const said = options.json && own ? { ...answer, notAllowed: own.lacking } : answer;
  await show({ gate, options }, versionRoutes.publishPolicy, said as unknown as Record<string, Json>);
  if (!options.json && own) process.stdout.write(`\n${ownKeysInWords(own)}`);
}

const ownKeysInWords = ({ departments, lacking }: ReturnType<typeof lackingOf>) =>
  lacking.length > 0
    ? `${o.lacks}\n${lackingInWords(lacking)}`
    : departments.length > 0
      ? o.allows(departments.join(', '))
      : o.noneDeployed;
