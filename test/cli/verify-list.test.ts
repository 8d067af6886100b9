/** A list of beneficiaries at the command line: killed, resumed, stopped by a budget, and read in three forms. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { sharedFolder } from '../support/folder.ts';
import { liftShares } from '../support/lifted.ts';
import { freshNumber } from '../support/people.ts';
import { beneficiaries } from '../verify/beneficiaries.ts';
import { fileWorld } from '../verify/world.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const WHY = ['--case', 'CHA-2026-001', '--officer', 'li.na', '--reason', 'yearly re-check of all'];
const AS = ['--as', 'charity-sunrise', '--programme', 'warm-home', ...WHY];
const MANY = 160;

const folder = sharedFolder();
liftShares();
const world = await fileWorld();
logInAt(folder, world.gateway);
putAgency(folder, world.gateway.agency('charity-sunrise'));
const people = await beneficiaries(world, MANY);

const path = (name: string) => join(folder, name);
const list = (file: string, out: string, ...more: string[]) =>
  fieldgate(folder, ['verify', 'list', file, ...AS, '--out', out, ...more]);
const linesOf = (file: string) =>
  readFileSync(path(file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const journal = (out: string) => linesOf(`${out}/journal.ndjson`).slice(1);
/** The rows of a CSV result by their number. */
function result(out: string): Map<number, string[]> {
  const text = readFileSync(path(`${out}/result.csv`), 'utf8');
  const [, ...rows] = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split('\r\n');
  return new Map(rows.map((row) => [Number(row.split(',')[0]), row.split(',')]));
}
/** Every check that was made, by its result. */
async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const query = `/v1/log/entries?limit=500&kind=decision${cursor && `&cursor=${cursor}`}`;
    const { json } = await world.call('audit-office', { actions: ['audit'] }, 'GET', query);
    found.push(...json.entries.map(({ words }: { words: { finding: string } }) => words.finding));
    if (!json.cursor) return found;
    cursor = json.cursor;
  }
}

/** Checks that count towards the day's budget of the programme. */
async function spentToday(): Promise<number> {
  const token = { actions: ['verify'], purpose: 'C1' };
  const { json } = await world.call('charity-sunrise', token, 'GET', '/v1/programmes');
  const [{ budgets, left }] = json.programmes.filter(({ name }: { name: string }) => name === 'warm-home');
  return budgets.day - left.day;
}

it('continues after kill -9, and each person is checked and logged', async () => {
  const ids = people.map(({ id }) => id);
  writeFileSync(path('a.csv'), `name,id_number\r\n${ids.map((id) => `"某, 某",${id}\r\n`).join('')}`);
  const args = ['verify', 'list', 'a.csv', ...AS, '--out', 'a', '--at-once', '16'];
  const child = spawn(process.execPath, [resolve('infra/cli/fieldgate.ts'), ...args], { cwd: folder });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((done) => child.once('close', done));
  while (!(existing('a') > 40)) await new Promise((go) => setTimeout(go, 20));
  child.kill('SIGKILL');
  await ended;
  const before = journal('a').length;
  expect(before).toBeLessThan(MANY);

  const again = await list('a.csv', 'a', '--at-once', '16', '--json');
  expect([again.code, again.json().asked, again.json().eligible]).toEqual([0, MANY, MANY]);
  expect(again.json().notConfirmed).toEqual([]);
  const lines = journal('a');
  expect(new Set(lines.map(({ key }) => key)).size).toBe(MANY);
  expect(result('a').size).toBe(MANY);
  const found = await findings();
  // Only the checks in progress when the process died are repeated, and their stored answers are given again.
  expect(found.length).toBeGreaterThanOrEqual(MANY);
  expect(found.length).toBeLessThanOrEqual(MANY + 16);
  expect(found.filter((one) => one !== 'STORED_OUTCOME')).toHaveLength(MANY);

  const [{ proof }] = lines.map(({ answer }) => answer);
  for (const file of [proof, 'result.csv']) expect(statSync(path(`a/${file}`)).mode & 0o777).toBe(0o600);
  expect(statSync(path('a/journal.ndjson')).mode & 0o777).toBe(0o600);
  const checked = await fieldgate(folder, ['attest', 'verify', `a/${proof}`, '--issuer', world.gateway.url]);
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  for (const file of ['journal.ndjson', 'result.csv'])
    expect(readFileSync(path(`a/${file}`), 'utf8')).not.toContain(ids[0]);

  const third = await list('a.csv', 'a', '--json');
  expect([third.code, third.json().asked, (await findings()).length]).toEqual([0, MANY, found.length]);
}, 240_000);

function existing(out: string): number {
  try {
    return journal(out).length;
  } catch {
    return 0;
  }
}

describe('a list', () => {
  const few = () => people.slice(0, 6).map(({ id }) => id);

  it('stops with a clear message if the day’s budget is spent, and continues later', async () => {
    const programme = pack.programmes.get('warm-home') ?? expect.fail();
    const { budgets } = programme;
    // A check that renews a valid answer spends nothing, so these were never checked.
    const ids = (await beneficiaries(world, 6)).map(({ id }) => id);
    writeFileSync(path('b.ndjson'), ids.map((id) => `${JSON.stringify({ id_number: id })}\n`).join(''));
    Object.assign(programme, { budgets: { ...budgets, day: (await spentToday()) + 4 } });
    const before = await list('b.ndjson', 'b', '--at-once', '2');
    expect([before.code, before.stdout]).toEqual([4, '']);
    expect(before.stderr).toContain('This list needs 6. Left today: 4 checks of the programme');
    expect(before.stderr).toContain('Go on with --yes');
    const first = await list('b.ndjson', 'b', '--at-once', '2', '--yes');
    expect(first.code).toBe(4);
    expect(first.stderr).toContain('4 of 6 are done and kept');
    expect(first.stderr).toContain("The day's budget is spent: run the same command again after");
    expect(linesOf('b/result.ndjson').filter(({ outcome }) => outcome === 'OPEN')).toHaveLength(2);
    Object.assign(programme, { budgets });
    const second = await list('b.ndjson', 'b', '--json');
    expect([second.code, second.json().asked]).toEqual([0, 6]);
  }, 60_000);

  it('may contain unknown people, repeated people and malformed rows', async () => {
    const ids = few();
    const rows = [ids[0], freshNumber(), ids[0], '12345', ids[1]];
    writeFileSync(path('c.csv'), `\uFEFFid_number\n${rows.join('\n')}\n`);
    const run = await list('c.csv', 'c');
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/not confirmed +1: row 3\n/);
    expect(run.stdout).toContain('named again');
    const told = [...result('c')].map(([row, [, outcome]]) => [row, outcome]);
    expect(told).toEqual([
      [2, 'YES'],
      [3, 'NOT_CONFIRMED'],
      [4, 'YES'],
      [5, 'INVALID'],
      [6, 'YES'],
    ]);
    expect(result('c').get(5)?.[2]).toBe('INVALID_REQUEST');
    expect(readdirSync(path('c/proofs'))).toHaveLength(2);
  }, 60_000);

  it('goes on when it has grown or is in another order, and checks no person twice', async () => {
    const [one, two, three] = (await beneficiaries(world, 3)).map(({ id }) => id);
    writeFileSync(path('d.csv'), `id_number,no\n${one},7\n`);
    expect((await list('d.csv', 'd')).code).toBe(0);
    const before = (await findings()).length;
    writeFileSync(path('d.csv'), `id_number,no\n${three},=9\n${two},8\n${one},7\n`);
    const grown = await list('d.csv', 'd', '--json');
    expect([grown.code, grown.json().asked, grown.json().eligible]).toEqual([0, 3, 3]);
    expect((await findings()).length).toBe(before + 2);
    // What a spreadsheet would run is text.
    expect([...result('d').values()].map(([, no]) => no)).toEqual(["'=9", '8', '7']);
  }, 60_000);

  it('is not mixed up with another programme or key, nor run twice concurrently', async () => {
    writeFileSync(path('d2.csv'), `id_number\n${few()[0]}\n`);
    expect((await list('d2.csv', 'd2')).code).toBe(0);
    const other = await list('d2.csv', 'd2', '--programme', 'spring-bud');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('another list')]);
    writeFileSync(path('d2/lock'), String(process.pid));
    const twice = await list('d2.csv', 'd2');
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('already running')]);
    writeFileSync(path('d2/lock'), '');
    const key = readFileSync(path('.fieldgate/lists.key'));
    writeFileSync(path('.fieldgate/lists.key'), Buffer.alloc(32));
    const elsewhere = await list('d2.csv', 'd2');
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('another machine')]);
    writeFileSync(path('.fieldgate/lists.key'), key);
  }, 60_000);

  it.each([
    ['e.csv', 'number\n1\n', 'a column that tells who is meant'],
    ['e2.csv', 'id_numbr\n1\n', 'meant to be id_number'],
    ['e3.csv', 'id_number,no,no\n1,2,3\n', 'The column no occurs twice'],
    ['e4.csv', Buffer.from('id_number,name\n1,\xFF\xFF\n', 'latin1'), 'not UTF-8'],
    ['f.csv', 'id_number\n"1\n', 'not a line of a CSV table'],
    ['g.ndjson', '{"id_number":', 'Line 1 is not valid JSON'],
    ['cut.json', '[\n {"ref": "a"},\n {"ref": "b', 'The list is not valid JSON. See line 3, column 12.'],
    ['end.json', '[\n {"ref": "a"},\n {"ref":\n', 'The list is not valid JSON. See line 3, column 9.'],
    ['h.ndjson', '{"name":"x"}', 'names no person'],
    ['i.csv', 'id_number\n', 'names no person'],
    ['none.csv', null, 'cannot be read'],
  ])('%s is refused with a word that does not quote it', async (file, text, word) => {
    if (text !== null) writeFileSync(path(file), text);
    const run = await list(file, 'none');
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(word)]);
  });
});
