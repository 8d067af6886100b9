/** From calls of a gateway to the answers of queries: what the sequencer extracts, and who reads it by another's engine. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import pack from '#pack/pack.json' with { type: 'json' };
import type { Extracts } from '../../functions/sequencer/extract.ts';
import { type Aws, askedBy, compare } from '../../infra/archive/compare.ts';
import { ACTS } from '../../infra/aws/athena/columns.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { PERSON_MEMBERS } from '../../shared/tree/commitments.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { residentNumber } from '../support/people.ts';
import { nameAt } from '../watch/cloudtrail.ts';
import { openDuck } from './duck.ts';

const clock = { now: Date.parse('2026-11-25T02:00:00Z') };
const folder = sharedFolder();
const gateway = await fileGateway({ now: () => clock.now });
const NAME = '测试儿童甲';
const ID_NUMBER = residentNumber('2013-05-06', 1);

/** The bucket as a folder. */
const files: Omit<Extracts, 'copied'> = {
  async put(path, bytes) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes, { flag: 'wx' });
  },
  async removeBefore(of, path) {
    for (const name of stored(of)) if (name < path) rmSync(join(folder, name));
  },
};
const stored = (of: string): string[] => {
  try {
    return readdirSync(join(folder, of), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.gz'))
      .map((name) => `${of.replace(/\/$/, '')}/${name}`)
      .sort();
  } catch {
    return [];
  }
};
const linesOf = (of: string) =>
  stored(of).flatMap((name) =>
    gunzipSync(readFileSync(join(folder, name)))
      .toString()
      .trim()
      .split('\n'),
  );

async function extract(): Promise<void> {
  clock.now += 2 * 60_000;
  while ((await gateway.sequencer.step()).sequenced > 0);
  expect(await gateway.sequencer.extract(files, clock.now + 60_000)).toBe(0);
}

const release = () =>
  gateway.call(
    'edu-county',
    { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: 'subsidy' },
    'POST',
    '/v1/releases',
    { collection: 'children', subjects: [{ match: { id_number: ID_NUMBER } }], fields: ['name'] },
  );

/** The AWS CLI over Athena, whose part another engine plays. */
const athena: Aws = (...words) => {
  const after = (name: string) => words[words.indexOf(name) + 1] ?? '';
  if (words[1] === 'start-query-execution') {
    asked.sql = readFileSync(after('--query-string').replace('file://', ''), 'utf8');
    asked.literals = words.slice(words.indexOf('--execution-parameters') + 1);
    asked.group = `${after('--work-group')} ${after('--query-execution-context')}`;
    return JSON.stringify({ QueryExecutionId: 'q-1' });
  }
  if (words[0] === 's3') writeFileSync(words.at(-1) ?? '', asked.csv);
  const State = asked.csv === '' ? 'RUNNING' : 'SUCCEEDED';
  const ResultConfiguration = { OutputLocation: 's3://results/q-1.csv' };
  return JSON.stringify({ QueryExecution: { Status: { State }, ResultConfiguration } });
};
/** Records of KMS that no call of the gateway made. */
const past: object[] = [];
const asked = { sql: '', literals: [] as string[], group: '', csv: '' };

async function run(): Promise<void> {
  const duck = await openDuck(folder, ['trail', 'claims']);
  const parameters = asked.literals.map((one) => (one.startsWith("'") ? one.slice(1, -1) : Number(one)));
  const rows = await duck.rows(asked.sql, parameters);
  duck.close();
  const { COLUMNS } = await import('../../infra/archive/sift.ts');
  const cells = rows.map((row) => COLUMNS.map((name) => (row[name] === undefined ? '' : `"${row[name]}"`)));
  asked.csv = [COLUMNS.map((name) => `"${name}"`), ...cells].map((one) => one.join(',')).join('\n');
}

async function compared() {
  asked.csv = '';
  const [from, to] = [clock.now - 3_600_000, clock.now];
  writeTrail();
  const roles = new Set(gateway.env.unwrapRoles.split(' '));
  return compare(athena, { from, to, environment: 'prod', roles, pack: loadPack(pack) }, run);
}

function writeTrail(): void {
  const name = join(folder, nameAt('trail/', clock.now, 1));
  mkdirSync(dirname(name), { recursive: true });
  writeFileSync(name, gzipSync(JSON.stringify({ Records: [...gateway.trail, ...past] })));
}

beforeAll(async () => {
  const fields = { name: NAME, birth_date: '2013-05-06', division_code: '990001001001' };
  await gateway.put('mca-county', { match: { id_number: ID_NUMBER }, fields });
  clock.now += 60_000;
  for (let n = 0; n < 3; n++) await release();
  await extract();
});

it('acts say who acted and nothing of whom, and each of their columns is one of the table', () => {
  const lines = linesOf('acts');
  expect(lines.length).toBeGreaterThan(6);
  const names = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line))));
  for (const name of names) expect([name, ACTS.has(name)]).toEqual([name, true]);
  expect(PERSON_MEMBERS.filter((name) => names.has(name))).toEqual([]);
  const all = [...lines, ...linesOf('claims')].join('\n');
  for (const value of [NAME, ID_NUMBER, '990001001001']) expect(all).not.toContain(value);
  expect(lines.join('\n')).toContain('zhang.wei');
});

it('the queries of auditors count what the log has', async () => {
  const duck = await openDuck(folder, ['acts']);
  const query = (name: string, ...parameters: string[]) =>
    duck.rows(readFileSync(join('infra/aws/athena', `${name}.sql`), 'utf8'), [
      '2026-11-25',
      '2026-11-25',
      ...parameters,
    ]);
  const flows = await query('flows');
  expect(flows).toContainEqual({
    ...{
      day: '2026-11-25',
      purpose: 'S1',
      owner: 'MCA',
      agency: 'edu-county',
      outcome: 'released',
      decisions: '3',
    },
  });
  const acts = await query('officer', 'edu-county', 'zhang.wei');
  expect(acts.filter(({ kind }) => kind === 'decision')).toHaveLength(3);
  expect(await query('unreviewed', 'S1')).toHaveLength(3);
  expect(await query('refusals')).toEqual([]);
  duck.close();
});

it('every unwrap is explained, and one past the gateway is a finding', async () => {
  const opened = gateway.trail.filter(({ eventName }) => eventName === 'Decrypt');
  expect(await compared()).toMatchObject({ matched: opened.length, findings: [] });
  expect(asked.group).toBe('fieldgate-prod Database=fieldgate_prod');
  const { eventID: _, ...rest } = opened.at(-1) ?? expect.fail('nothing was opened');
  past.push({
    ...rest,
    eventID: 'past-the-gateway',
    eventTime: new Date(clock.now - 30_000).toISOString().replace(/\.\d+/, ''),
  });
  const { findings } = await compared();
  expect(findings).toMatchObject([{ code: 'UNWRAP_WITHOUT_ENTRY', unwrap: { event: 'past-the-gateway' } }]);
});

it('claims are gone within a day, and acts stay', async () => {
  const before = stored('acts');
  expect(stored('claims')).not.toEqual([]);
  clock.now += 23 * 3_600_000;
  await release();
  await extract();
  expect(stored('claims').map((name) => name.split('/')[1])).toEqual(['hour=2026-11-26-01']);
  expect(stored('acts')).toEqual(expect.arrayContaining(before));
  expect(linesOf('claims').filter((line) => JSON.parse(line).kind === 'decision')).toHaveLength(1);
});

it.each([
  ['--environment and --region', '--environment prod'],
  ['--roles', '--environment prod --region eu-west-1'],
  ['--roles', "--environment prod --region eu-west-1 --roles x'"],
  ['--from is before --to', '--environment prod --region eu-west-1 --roles r --from x'],
  ['kept for 21 hours', '--environment prod --region eu-west-1 --roles r --from 2026-11-01T00:00:00Z'],
])('the command says %s of %s', (fault, words) => {
  expect(() => askedBy(words.split(' '), clock.now)).toThrow(fault);
});
