/** A pack that is not the shipped one: written by `pack init`, started, asked, and synthesised. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compiledPack } from '../../infra/aws/bundle/compiled-pack.ts';
import { shapeOf } from '../../infra/aws/bundle/pack-shape.ts';
import { packStories } from '../../infra/local/sample/stories.ts';
import { connect } from '../../shared/client/connect.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { HOUSING_FOLDER } from '../policy/support.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'other-packs-'));
const running: ChildProcess[] = [];
afterAll(() => {
  for (const one of running) one.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const ENV = { ...process.env, LANG: 'C', FIELDGATE_LANG: '' };

const fieldgate = (...args: string[]) =>
  execFileSync(process.execPath, [join(ROOT, 'infra/cli/fieldgate.mjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** @returns the output up to the end of the start, or to its failure */
async function start(pack: string, cwd: string): Promise<string> {
  const env = { ...process.env, PACK: pack, PORT: '0' };
  const child = spawn(process.execPath, [join(ROOT, 'infra/local/start.ts')], { cwd, env });
  running.push(child);
  let text = '';
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += String(chunk);
        if (/^ {2}Stop {2}/m.test(text)) resolve(text);
      });
    child.on('exit', () => resolve(text));
  });
}

/** What each command of a story says; a word in angle brackets is the one after its name in an earlier answer. */
function played(run: readonly string[]): string[] {
  const said: string[] = [];
  for (const line of run) {
    const known = line.replace(
      /<(\w+)>/g,
      (_, name) => said.join('\n').match(new RegExp(`^${name} +(\\S+)`, 'm'))?.[1] ?? '',
    );
    const command = known.replace(
      /^fieldgate /,
      `"${process.execPath}" "${join(ROOT, 'infra/cli/fieldgate.mjs')}" `,
    );
    // A refusal ends with another code, and is an answer.
    const { stdout } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env: ENV });
    said.push(stdout);
  }
  return said;
}

const keyOf = (cwd: string, office: string) =>
  JSON.parse(readFileSync(join(cwd, '.fieldgate/agencies', `${office}.json`), 'utf8'));

describe('the pack that `pack init` writes', () => {
  it('compiles at once, into its own folder, and shows its matrix', () => {
    fieldgate('pack', 'init', 'mine');
    expect(fieldgate('pack', 'check', 'mine', '--write')).toContain('is this version');
    expect(existsSync(join(folder, 'mine/purpose.schema.json'))).toBe(true);
    expect(fieldgate('pack', 'matrix', 'mine')).toMatch(/overdue +P +B/);
    expect(fieldgate('policy', 'matrix', 'mine')).toMatch(/overdue +P +B/);
    expect(() => fieldgate('pack', 'init', 'mine')).toThrow(/exists already/);
  });

  it('has its sentences proved by each compilation; a check says whose word it repeats', () => {
    expect(fieldgate('pack', 'check', 'mine')).toContain('says the compiled file');
    const file = join(folder, 'mine/compiled/pack.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"holds":true', '"holds":false'));
    expect(() => fieldgate('pack', 'check', 'mine')).toThrow();
    const again = fieldgate('pack', 'check', 'mine', '--write');
    expect(again).toContain('all hold');
    expect(again).not.toContain('says the compiled file');
  });

  it('starts with its own offices and records, and answers a release that names no collection', async () => {
    const text = await start('mine', folder);
    expect(text).toContain('with 2 records of its sample');
    const issuer = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
    const { clientId, sig } = keyOf(folder, 'library-north');
    const gate = await connect({ issuer, clientId, key: sig });
    const subjects = [{ match: { reader_no: 'R-2' } }];
    const { results } = await gate.release({ purpose: 'LEND', officer: 'ada.page', subjects });
    expect(results[0]).toMatchObject({ fields: { name: { value: 'John Example' }, overdue: { value: 3 } } });
    const born = { match: { reader_no: 'R-3' }, fields: { reader_no: 'R-3', name: 'Joan Third' } };
    expect((await gate.intake([born])).results[0]).toMatchObject({ written: ['reader_no', 'name'] });
    const other = await connect({ issuer, ...school() });
    const visit = { purpose: 'TRIP', officer: 'ben.hall', reason: 'visit', subjects };
    expect((await other.release(visit)).results[0]).toMatchObject({ refused: { code: 'REFUSED' } });
  }, 120_000);

  it('plays its stories: a release and the proof of it, a refusal, and what a consent opens', async () => {
    const { issuer } = keyOf(folder, 'library-north');
    // A gateway signs its first checkpoint some seconds after its first start.
    await expect
      .poll(async () => (await fetch(`${issuer}/log/checkpoint`)).status, { timeout: 30_000 })
      .toBe(200);
    const [lending, visit] = packStories(join(folder, 'mine')).map(({ run }) => played(run));
    expect(lending?.join('')).toMatch(
      /Mary Sample[\s\S]*released +LENDING[\s\S]*Every entry that was read now/,
    );
    const releases = visit?.filter((text) => text.startsWith('release ')) ?? [];
    expect(releases.length).toBe(2);
    expect(releases[0]).toContain('REFUSED');
    expect(releases[1]).toMatch(/Name \(name\) +M\*\*\*/);
  }, 120_000);

  it('keeps its records from a start with another pack', async () => {
    running.splice(0).forEach((one) => void one.kill('SIGKILL'));
    expect(await start(HOUSING_FOLDER, folder)).toContain('holds records of another pack');
  }, 120_000);

  it('gives the stack its classes and purposes; what is not compiled is refused', () => {
    const { compiled, folder: files } = compiledPack(join(folder, 'mine'));
    expect(files).toBe(join(folder, 'mine/compiled'));
    expect(shapeOf(loadPack(compiled))).toMatchObject({ collection: 'readers', purposes: ['LEND', 'TRIP'] });
    expect(() => compiledPack(HOUSING_FOLDER)).toThrow(/pack check .* --write/);
    const file = join(folder, 'mine/compiled/pack.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"batch":20', '"batch":2000'));
    expect(() => compiledPack(join(folder, 'mine'))).toThrow(/no compiled pack/);
  });

  it('is refused where the field with the residence has no form for codes of areas', () => {
    const copy = join(folder, 'copy');
    cpSync(join(ROOT, 'shared/packs/starter'), copy, { recursive: true });
    const file = join(copy, 'fields.yaml');
    const text = readFileSync(file, 'utf8').replace("max: 6, pattern: '^\\d{3}(\\d{3})?$'", 'max: 6');
    writeFileSync(file, text);
    expect(compilePack(copy).faults).toEqual([
      expect.objectContaining({
        file: 'fields.yaml',
        message: expect.stringContaining('need a text with a `pattern`'),
      }),
    ]);
  });
});

it('starts without a sample, and says what to do', async () => {
  const cwd = mkdtempSync(join(folder, 'housing-'));
  const text = await start(HOUSING_FOLDER, cwd);
  expect(text).toContain('with no records');
  expect(text).toContain('sample/offices.yaml');
}, 120_000);

function school() {
  const { clientId, sig } = keyOf(folder, 'school-one');
  return { clientId, key: sig };
}
