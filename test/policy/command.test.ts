import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { SHIPPED } from '../../infra/cli/terminal/shipped.ts';
import { temporaryFolder } from '../support/folder.ts';
import { HOUSING_FOLDER } from './support.ts';

const FIELDGATE = fileURLToPath(new URL('../../infra/cli/fieldgate.ts', import.meta.url));

function policy(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [FIELDGATE, 'policy', ...words, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  return { status, json: stdout ? JSON.parse(stdout).data : null, stderr };
}

test('check finds the shipped pack compiled as its YAML says', () => {
  expect(policy('check')).toMatchObject({ status: 0, json: { compiled: true } });
});

test('check of a pack without a compiled file says so', () => {
  expect(policy('check', HOUSING_FOLDER)).toMatchObject({
    status: 0,
    json: { version: '1', compiled: false },
  });
});

test("explain shows a caller's result with the reasons", () => {
  const granted = policy('explain', 'S1', '--fact', 'guardianship_status=normal', '--at', '2026-03-10');
  expect(granted.json).toMatchObject({ outcome: 'release', code: 'STATUTORY_PIPL13_3' });
  expect(granted.json.fields).toContainEqual(
    expect.objectContaining({ field: 'edu_assessment', words: 'none', rule: 'A8.4' }),
  );
  expect(policy('explain', 'PX4').json).toMatchObject({
    outcome: 'refused',
    verdict: 'DENY_ALERT',
    rule: 'A15.1',
  });
});

test('acts prints the permitted callers, and diff those that gain or lose an act', () => {
  const { json } = policy('acts');
  expect(json).toContainEqual({
    ...{ act: 'log.read', of: '', who: 'auditor' },
    ...{ may: 'audit: always, none', whose: 'none' },
  });
  const open = json.filter(({ act }: { act: string }) => act === 'consent.withdraw');
  expect(open).toContainEqual({
    ...{ act: 'consent.withdraw', of: '', who: 'service-desk@MCA' },
    ...{ may: expect.stringContaining('casework: if area'), whose: 'any' },
  });
});

test('matrix and diff read a folder or a compiled file', () => {
  expect(policy('matrix', HOUSING_FOLDER).json).toContainEqual({
    field: 'rent',
    purpose: 'CHECK',
    words: 'predicate rent_below_cap',
    rule: 'H2',
  });
  expect(policy('diff', HOUSING_FOLDER, HOUSING_FOLDER).json).toEqual([]);
  expect(policy('diff', '/no/such/pack').status).toBe(2);
});

test('diff says which departments with keys of their own must deploy first', () => {
  const [folder, narrow] = [
    temporaryFolder(),
    { ...compiled, purposes: { ...compiled.purposes, W1: { ...compiled.purposes.W1, cells: {} } } },
  ];
  const file = join(folder, 'narrow.json');
  writeFileSync(file, JSON.stringify(narrow));
  const diff = (...packs: string[]) =>
    spawnSync(process.execPath, [FIELDGATE, 'policy', 'diff', ...packs], { encoding: 'utf8' }).stdout;
  const [, wider = ''] = diff(file).split('deploys the new template first');
  expect(wider).toMatch(/HEALTH +health-illness +W1/);
  expect(diff(SHIPPED, file)).not.toContain('deploys the new template first');
});
