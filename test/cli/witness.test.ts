/** `fieldgate witness` as a department's machine runs it, and `log verify --policy` as a reader does. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Forgot, openKeeper } from '../../infra/cli/witness/keeper.ts';
import { formatVerifier } from '../../shared/tree/note.ts';
import { sharedFolder } from '../support/folder.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { makeLog } from '../witness/log.ts';
import { fieldgate, putAgency } from './run.ts';

const vkeyOfAnother = formatVerifier(makeLog().log);
const folder = sharedFolder();
let gateway: TestGateway;
let ahead = 0;
const OFFICES = ['mca-county', 'mps-county'] as const;
const run = (words: string[], as = 'mca-county') => fieldgate(folder, ['--as', as, ...words]);
const own = (name: string) => join(folder, name);
const witness = (name: string, ...words: string[]) => run(['witness', ...words, '--folder', own(name)], name);
const look = async (name: string) => {
  const { code, stdout, stderr } = await witness(name, 'run', '--once');
  return { code, said: stdout + stderr };
};
const grow = async () => {
  await gateway.put('mps-county', { match: { id_number: freshNumber() }, fields: { name: '张三' } });
  await gateway.sequencer.step();
};
const POLICY = own('policy');
/** The witnessed note as if both had cosigned it so many seconds ago. */
async function cosignedAgo(seconds: number): Promise<void> {
  const { witnessed } = gateway.tree;
  const before = await witnessed.read();
  const note = `${before?.split('\n').slice(0, 5).join('\n')}\n`;
  const lines: string[] = [];
  for (const office of OFFICES) {
    const keeper = openKeeper(own(office), () => Date.now() - seconds * 1000);
    const said = await keeper.witness.cosign(Buffer.from(note), keeper.witness.last()?.size ?? 0, []);
    keeper.close();
    lines.push('lines' in said ? said.lines : expect.fail());
  }
  await witnessed.swap(before, note + lines.join(''));
}
const verify = async (...words: string[]) => {
  const state = mkdtempSync(join(folder, 'state-'));
  const { code, json } = await run(['log', 'verify', '--state', state, '--json', ...words]);
  return { code, ...json() };
};

beforeAll(async () => {
  gateway = await testGateway({ now: () => Date.now() + ahead });
  for (const office of OFFICES) putAgency(folder, gateway.agency(office));
  await grow();
  const lines: string[] = [];
  for (const office of OFFICES) {
    const made = await witness(office, 'init', '--name', `${office}.example`, '--json');
    lines.push(`witness ${office} ${made.json()['witness']}`);
  }
  const key = (await (await fetch(`${gateway.url}/log/key`)).text()).trim();
  const policy = [`log ${key}`, ...lines, 'group both all mca-county mps-county', 'quorum both', ''].join(
    '\n',
  );
  writeFileSync(POLICY, policy);
});
afterAll(() => gateway.close());

describe('a witness', () => {
  it('has one key a folder, and begins with nothing', async () => {
    expect((await witness('mca-county', 'init', '--name', 'other')).code).toBe(2);
    const fresh = ['witness', 'init', '--name', 'a name', '--folder', own('fresh')];
    expect((await run(fresh)).stderr).toContain('no spaces');
    expect((await witness('mca-county', 'status')).stdout).toContain('nothing cosigned yet');
    expect(await look('mca-county')).toMatchObject({ code: 0, said: 'the log asks no witnesses\n' });
  });

  it('cosigns, and a reader sees by whom and since when', async () => {
    expect(await verify('--policy', POLICY)).toMatchObject({ code: 1, witnessed: { ok: false } });
    await gateway.tree.policy.swap(null, readFileSync(POLICY, 'utf8'));
    ahead += 61_000;
    await gateway.sequencer.step();
    expect(await look('mca-county')).toMatchObject({ code: 0, said: expect.stringContaining('cosigned') });
    await gateway.sequencer.step();
    expect(await verify('--policy', POLICY)).toMatchObject({
      ...{ code: 1, ok: false, witnessed: { fault: 'The log shows no witnessed checkpoint' } },
    });
    await look('mps-county');
    await gateway.sequencer.step();
    const seen = await verify('--policy', POLICY);
    expect(seen).toMatchObject({
      code: 0,
      ok: true,
      witnessed: { ok: true, size: seen['size'], without: [] },
    });
    // In words, too, and without a policy nothing is claimed.
    const state = mkdtempSync(join(folder, 'state-'));
    const words = ['log', 'verify', '--state', state];
    expect((await run([...words, '--policy', POLICY])).stdout).toMatch(
      /Cosigned by +(mca|mps)-county, (mca|mps)-county; enough/,
    );
    expect((await run(words)).stdout).toMatch(/Cosigned by +not asked/);
  });

  it('that the operator does not name is told so, and shows its state while it runs', async () => {
    const folderOf = ['--folder', own('unnamed')];
    await run(['witness', 'init', '--name', 'other.example', ...folderOf]);
    expect(await run(['witness', 'run', '--once', ...folderOf])).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining('does not name this witness') },
    });
    const keeper = openKeeper(own('mca-county'));
    expect(await witness('mca-county', 'status')).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('cosigned') },
    });
    keeper.close();
  });

  it('is believed by the reader’s own policy alone', async () => {
    const text = readFileSync(POLICY, 'utf8');
    const variant = (name: string, change: (lines: string) => string) => {
      writeFileSync(own(name), change(text));
      return own(name);
    };
    const none = variant('none', (lines) => lines.replace('quorum both', 'quorum none'));
    expect((await run(['log', 'verify', '--policy', none])).stderr).toContain('the quorum none');
    const stranger = variant('stranger', (lines) =>
      lines
        .replace('both all', 'both 1')
        .replace(/witness mca.*\n/, '')
        .replace(/ mca-county/, ''),
    );
    expect(await verify('--policy', stranger)).toMatchObject({
      code: 0,
      witnessed: { by: [{ name: 'mps-county' }] },
    });
    const other = variant('other', (lines) => lines.replace(/^log .*\n/, `log ${vkeyOfAnother}\n`));
    expect((await run(['log', 'verify', '--policy', other])).stderr).toContain('does not name this log');
    const bent = variant('bent', (lines) => lines.replace('group', 'gruop'));
    expect((await run(['log', 'verify', '--policy', bent])).stderr).toContain('line 4');
    expect((await run(['log', 'verify', '--fresh', '10m'])).code).toBe(2);
    for (const [seconds, fresh, code] of [
      [7200, '3h', 0],
      [7200, '1h', 1],
      [-1200, '1h', 1],
    ] as const) {
      await cosignedAgo(seconds);
      expect([seconds, fresh, (await verify('--policy', POLICY, '--fresh', fresh))['code']]).toEqual([
        seconds,
        fresh,
        code,
      ]);
    }
  });

  it('restored from a backup cosigns nothing and says so, and without a journal it does not start', async () => {
    cpSync(own('mps-county'), own('backup'), { recursive: true });
    await grow();
    await look('mca-county');
    await look('mps-county');
    await gateway.sequencer.step();
    rmSync(own('mps-county'), { recursive: true });
    cpSync(own('backup'), own('mps-county'), { recursive: true });
    await grow();
    const told = { code: 2, stderr: expect.stringContaining('restored from a backup') };
    // Before its first look the log alone shows it.
    expect(await witness('mps-county', 'status', '--url', 'http://127.0.0.1:1')).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('was not reached') },
    });
    expect(await witness('mps-county', 'status')).toMatchObject(told);
    expect(await look('mps-county')).toMatchObject({
      code: 2,
      said: expect.stringContaining('restored from a backup'),
    });
    // The log shows what it has said until the next round alone, and a service starts it again.
    expect(() => openKeeper(own('mps-county'))).toThrow(Forgot);
    expect(await witness('mps-county', 'status', '--url', 'http://127.0.0.1:1')).toMatchObject(told);
    rmSync(join(own('mps-county'), 'forgot'));
    rmSync(join(own('mps-county'), 'journal'));
    expect(await look('mps-county')).toMatchObject({
      code: 2,
      said: expect.stringContaining('no whole journal'),
    });
    expect(existsSync(join(own('mps-county'), 'fork.json'))).toBe(false);
  });
});

it('evidence of a fork is checked without a network', async () => {
  const evil = makeLog();
  const [mine, theirs] = [evil.history('one').note(5), evil.history('two').note(5)];
  writeFileSync(own('fork.json'), JSON.stringify({ notes: [mine.toString(), theirs.toString()] }));
  const check = (key: string) => fieldgate(folder, ['witness', 'evidence', own('fork.json'), '--key', key]);
  expect(await check(formatVerifier(evil.log))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Proven'),
  });
  expect(await check(vkeyOfAnother)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('proves nothing'),
  });
});
