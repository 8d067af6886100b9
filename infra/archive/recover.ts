/**
 * `npm run recover -- COPY OUT`: the log from its copy in the log account (`aws s3 sync s3://…/log COPY`) when the gateway's account is
 * gone. OUT is then a mirror, which `fieldgate log verify --dir OUT` checks with the log's public key alone, and has
 * `acts.jsonl`, too: who did what for which purpose, without what leads to a person. It reads one piece after the other, so a log
 * of any length fits.
 */
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseLeaf } from '../../shared/log/entry/leaf.ts';
import { entryFrom } from '../../shared/log/entry/members.ts';
import { openHalf, type SealedEntries } from '../../shared/log/entry/sealed.ts';
import { actorHalf } from '../../shared/log/entry/secrets.ts';
import { sha256, sm3 } from '../../shared/log/node-crypto.ts';
import { epochName } from '../../shared/log/write/secret-table.ts';
import { fromBase64 } from '../../shared/tree/base64.ts';
import { parseCheckpoint } from '../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, edgeFiles, grow } from '../../shared/tree/grow.ts';
import { growSm3, sm3Files } from '../../shared/tree/national.ts';
import { readNote } from '../../shared/tree/note.ts';
import { signatureFiles } from '../../shared/tree/signatures.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';

interface Recovered {
  /** Leaves of the newest checkpoint whose leaves are all there, and lines of acts. */
  size: number;
  acts: number;
  /** The time in the last of these leaves. */
  until: string;
  /** Leaves that the newest checkpoint of the copy names beyond these. */
  missing: number;
}

/** A line of a piece: the keys of writers, a leaf, an item's sealed halves, or an epoch's key. */
type Line = Partial<
  Record<'writerKeys' | 'leaf' | 'signature' | 'writer' | 'epoch' | 'actor', string> &
    Record<'index' | 'seq', number> &
    Record<'actors' | 'persons' | 'shared', string[]>
>;
type Written = { path: string; bytes: Uint8Array };

/** @throws Error if no checkpoint has all its leaves, or a piece lacks one */
export async function recover(copy: string, out: string): Promise<Recovered> {
  const pieces = covering(await readdir(join(copy, 'leaves')));
  const checkpoints = (await readdir(join(copy, 'checkpoint'))).sort();
  const reach = pieces.at(-1)?.to ?? 0;
  const newest = checkpoints.findLast((name) => Number(name) <= reach);
  if (newest === undefined) throw new Error('the copy has no checkpoint whose leaves are all there');
  const note = await readFile(join(copy, 'checkpoint', newest));
  const size = Number(newest);
  const head = parseCheckpoint(readNote(note)?.text ?? '');
  if (head?.size !== size) throw new Error('a checkpoint has another size than its name says');

  await put(out, [{ path: 'acts.jsonl', bytes: new Uint8Array() }]);
  // The copy has no tiles of SM3 of what was logged before the setting.
  let second = head.sm3 ? EMPTY_EDGE : null;
  let [edge, until, acts, writerKeys] = [EMPTY_EDGE, '', 0, ''];
  /** Signatures of the last bundle, and their file, while it is not full. */
  let [tail, unfinished]: [Uint8Array[], Written[]] = [[], []];
  for (const { name, to } of pieces) {
    if (edge.size === size) break;
    const lines = await linesOf(join(copy, 'leaves', name));
    const own = leavesOf(lines, edge.size, Math.min(size, to));
    const leaves = own.map(({ leaf }) => Buffer.from(leaf));
    const grown = grow(sha256, edge, leaves);
    const again = second && growSm3(sm3, second, leaves);
    second = again?.edge ?? null;
    const signatures = own.map(({ signature }) => signature);
    const signed = signatureFiles(edge.size, tail, signatures);
    const found = actsOf(
      lines,
      own.map(({ leaf }) => leaf),
      edge.size,
    );
    await put(
      out,
      [...grown.files, ...(again?.files ?? []), ...signed].filter(({ path }) => !isPartial(path)),
    );
    await appendFile(join(out, 'acts.jsonl'), found.map((act) => `${JSON.stringify(act)}\n`).join(''));
    unfinished = signed.filter(({ path }) => isPartial(path));
    tail = unfinished.length > 0 ? [...tail, ...signatures].slice(-(grown.edge.size % TILE_WIDTH)) : [];
    acts += found.length;
    // Leaves of counts have no time.
    until = parseLeaf(own.findLast(({ leaf }) => parseLeaf(leaf))?.leaf ?? '')?.time ?? until;
    writerKeys = lines.find((line) => line.writerKeys)?.writerKeys ?? writerKeys;
    edge = grown.edge;
  }
  const named = { checkpoint: note, 'writer-key': Buffer.from(writerKeys) };
  await put(out, [
    ...[...edgeFiles(edge), ...sm3Files(edgeFiles(second ?? EMPTY_EDGE)), ...unfinished],
    ...Object.entries(named).map(([path, bytes]) => ({ path, bytes })),
  ]);
  return { size, acts, until, missing: Number(checkpoints.at(-1)) - size };
}

/** Pieces from the first leaf on without a gap, by their names. They may overlap, if a run died between one and the note of it. */
function covering(names: readonly string[]): { name: string; to: number }[] {
  const found: { name: string; to: number }[] = [];
  for (const name of names.toSorted()) {
    const [from = 0, to = 0] = name.split(/[-.]/).map(Number);
    const reach = found.at(-1)?.to ?? 0;
    if (from <= reach && to > reach) found.push({ name, to });
  }
  return found;
}

async function linesOf(file: string): Promise<Line[]> {
  const text = gunzipSync(await readFile(file)).toString('utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function leavesOf(lines: readonly Line[], from: number, to: number) {
  const places = new Map(lines.map((line) => [line.index, line]));
  return Array.from({ length: to - from }, (_, i) => {
    const { leaf, signature } = places.get(from + i) ?? {};
    if (leaf === undefined) throw new Error(`leaf ${from + i} is missing`);
    return { leaf, signature: bytesOf(signature) };
  });
}

/** What the leaves from `first` on say of who acted, as far as the piece can open it. */
function actsOf(lines: readonly Line[], leaves: readonly string[], first: number): object[] {
  const items = new Map(lines.map((line) => [`${line.writer}-${line.seq}`, line]));
  const actors = new Map(lines.map(({ epoch, actor }) => [epoch, bytesOf(actor)]));
  return leaves.flatMap((text, i) => {
    const form = parseLeaf(text);
    const item = form && items.get(`${form.writer}-${form.seq}`);
    const actor = form && actors.get(epochName(form.writer, form.seq));
    if (!form || !item || !actor) return [];
    const sealed: SealedEntries = {
      ...{ actors: all(item.actors), persons: all(item.persons), shared: all(item.shared) },
    };
    const half = actorHalf({ actor, person: new Map() }, form.seq, form.leaf);
    const texts = openHalf(half, 'actors', sealed, form.leaf);
    if (!texts) return [];
    const { said, words } = entryFrom(texts);
    return [{ index: first + i, id: form.id, time: form.time, ...said, words }];
  });
}

const bytesOf = (text = ''): Uint8Array => fromBase64(text) ?? new Uint8Array();
const all = (texts: readonly string[] = []) => texts.map(bytesOf);
const isPartial = (path: string) => path.includes('.p/');

async function put(out: string, files: readonly Written[]): Promise<void> {
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), bytes);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [copy, out] = process.argv.slice(2);
  if (!copy || !out) throw new Error('recover COPY OUT');
  const { size, acts, until, missing } = await recover(copy, out);
  const behind = missing === 0 ? '' : `; the copy was behind by ${missing} more, which it names and lacks`;
  process.stdout.write(`${size} leaves up to ${until}, of which ${acts} say who acted${behind}\n`);
}
