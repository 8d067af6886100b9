/** `fieldgate file put`, and how files of a release are saved. What lies on this disk between runs is the key of an upload. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { dirname, join, resolve } from 'node:path';
import type { Fieldgate, GivenFile } from '../../../shared/client/connect.ts';
import { isFile, type SendPart, type Upload } from '../../../shared/client/files.ts';
import type { ReleaseAnswer } from '../../../shared/client/wire/types.ts';
import { freed } from '../../../shared/freed.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { fileIn } from '../identity/folders.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { writeWhole } from '../whole-files.ts';

const { file: t } = await texts('data');

interface PutOptions {
  field: string;
  type?: string;
}

/** Media types by which their files begin, and how their names end. */
const TYPES: readonly { type: string; begins: string; ends: string }[] = [
  { type: 'application/pdf', begins: '255044462d', ends: 'pdf' },
  { type: 'image/jpeg', begins: 'ffd8ff', ends: 'jpg' },
  { type: 'image/png', begins: '89504e470d0a1a0a', ends: 'png' },
];

/** `fieldgate file` */
export function registerFile(program: Command): void {
  program
    .command('file')
    .command('put')
    .argument('<file>', t.path)
    .description(t.put)
    .requiredOption('--field <name>', t.field)
    .option('--type <type>', t.type)
    .addHelpText('after', t.help)
    .runs<PutOptions>(async (options, path: string) => {
      if (!existsSync(path)) throw new UsageError(t.none(path));
      const { gate, clientId } = await open(options);
      await put(gate, path, { ...options, as: clientId });
    });
}

async function put(gate: Fieldgate, path: string, options: GlobalOptions & PutOptions & { as: string }) {
  const { field, as } = options;
  const bytes = statSync(path).size;
  const type = options.type ?? (await typeOf(path));
  if (type === undefined) throw new UsageError(t.unknownType);
  const sha256 = await digestOf(path);
  const name = createHash('sha256')
    .update(JSON.stringify([as, resolve(path), field]))
    .digest('hex');
  const state = fileIn('uploads', `${name.slice(0, 32)}.json`);
  const kept = existsSync(state) ? (JSON.parse(readFileSync(state, 'utf8')) as Kept) : null;
  const same = kept?.sha256 === sha256 && kept.type === type && Date.parse(kept.upload.expires) > Date.now();
  if (kept && !options.json) process.stderr.write(same ? t.resumes : t.begins);
  let bar: ReturnType<typeof startProgress> | undefined;
  const keep = (upload: Upload) => {
    mkdirSync(dirname(state), { recursive: true, mode: 0o700 });
    writeWhole(state, JSON.stringify({ sha256, type, upload } satisfies Kept));
    if (!upload.parts) return;
    bar ??= startProgress(t.parts, upload.parts.length);
    bar.update(upload.sent);
  };
  const read = () => piecesOf(path);
  const file = await gate.files
    .put({ field, type, bytes, sha256, read }, { ...(same && { resume: kept.upload }), keep, send })
    .finally(() => bar?.stop());
  rmSync(state, { force: true });
  const done = { file, field, type, bytes, sha256 };
  print(options, done, () => t.done(file, field));
}

/** Without a copy of the part. */
const send: SendPart = (url, part, headers) =>
  new Promise((done) => {
    const own = { method: 'PUT', headers: { ...headers, 'content-length': part.length } };
    const call = (url.startsWith('https:') ? https : http).request(url, own, (answer) => {
      answer.resume().on('close', () => done(answer.complete && answer.statusCode === 200));
    });
    call.on('error', () => done(false)).end(part);
  });

/** The upload holds the file's key: the folder is of its owner alone. */
interface Kept {
  sha256: string;
  type: string;
  upload: Upload;
}

/** Each in the same memory as the one before: a stream would leave some 40 MB for a collection. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  const file = await openFile(path);
  const room = Buffer.allocUnsafeSlow(1 << 18);
  try {
    for (;;) {
      const { bytesRead } = await file.read(room);
      if (bytesRead === 0) return;
      yield room.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(path)) hash.update(piece);
  return hash.digest('hex');
}

const begins = (head: Buffer, type: string) =>
  TYPES.every((one) => one.type !== type || head.toString('hex').startsWith(one.begins));

async function typeOf(path: string): Promise<string | undefined> {
  const file = await openFile(path);
  const head = Buffer.alloc(8);
  await file.read(head, 0, 8, 0).finally(() => file.close());
  return TYPES.find(({ type }) => begins(head, type))?.type;
}

/** From this byte to before that one. */
export interface Range {
  from: number;
  to: number;
}

/** @throws UsageError */
export function rangeIn(text: string): Range {
  const [, from = '', to = ''] = /^(\d{1,10})-(\d{1,10})$/.exec(text) ?? [];
  if (from === '' || Number(from) >= Number(to)) throw new UsageError(t.range);
  return { from: Number(from), to: Number(to) };
}

/** Before anything is asked, so that no answer is lost. @throws UsageError for a folder that holds files of another answer */
export function requireRoom(folder: string): void {
  const there = existsSync(folder) ? readdirSync(folder).find((name) => /^\d+-/.test(name)) : undefined;
  if (there !== undefined) throw new UsageError(t.exists(join(folder, there)));
}

/**
 * Saves the files of an answer, and names the paths in place of their keys. Without a folder only the keys are left out.
 * @throws UsageError for a file that is there already; FieldgateError for one that is not what was uploaded, and leaves nothing
 */
export async function withoutKeys(
  gate: Fieldgate,
  answer: ReleaseAnswer,
  folder: string | undefined,
  range?: Range,
): Promise<ReleaseAnswer> {
  const results = [];
  for (const [i, result] of answer.results.entries()) {
    const fields = 'refused' in result ? [] : Object.entries(result.fields);
    const shown = [];
    for (const [name, given] of fields) {
      if (!isFile(given.value)) shown.push([name, given]);
      else
        shown.push([
          name,
          { ...given, value: await saved(gate, given.value, { folder, range }, `${i + 1}-${name}`) },
        ]);
    }
    results.push('refused' in result ? result : { ...result, fields: Object.fromEntries(shown) });
  }
  return { ...answer, results };
}

async function saved(
  gate: Fieldgate,
  given: GivenFile,
  { folder, range }: { folder: string | undefined; range: Range | undefined },
  name: string,
): Promise<Json> {
  const { file, type, bytes, sha256 } = given;
  // A file that ends before the range has nothing of it.
  if (folder === undefined || (range && range.from >= bytes)) return { file, type, bytes, sha256 };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const last = range && Math.min(range.to, bytes);
  const ends = range ? `${range.from}-${last}.part` : (TYPES.find((one) => one.type === type)?.ends ?? 'bin');
  const path = join(folder, `${name}.${ends}`);
  if (existsSync(path)) throw new UsageError(t.exists(path));
  const draft = `${path}.${process.pid}.new`;
  const out = await openFile(draft, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let head: Buffer | null = null;
    for await (const piece of gate.files.read(given, range && { from: range.from, to: last ?? 0 })) {
      head ??= Buffer.from(piece.subarray(0, 8));
      hash.update(piece);
      await out.write(piece);
      freed(piece);
    }
    const isOther = range ? false : hash.digest('hex') !== sha256 || (head && !begins(head, type));
    if (isOther) throw new UsageError(t.differs(name));
    await out.sync();
    await out.close();
    renameSync(draft, path);
  } catch (error) {
    await out.close().catch(() => {});
    rmSync(draft, { force: true });
    throw error;
  }
  return { file, type, bytes, sha256, saved: path };
}
