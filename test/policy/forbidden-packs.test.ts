/** The rules for every pack, each broken once. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { translated } from '../../infra/cli/messages/translated.ts';
import { faults as CHINESE } from '../../infra/cli/messages/zh/faults.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { faultText } from '../../shared/policy/schema/source.ts';
import { changed, faultsOf } from './changed-pack.ts';
import { faultTable } from './tables.ts';

/** Two programmes that differ in an illness alone. */
const DIFFERENCE =
  /- has_valid_hardship_status\n +- not: receives_benefit([\s\S]*?)any: \[serious_illness_on_list, severe_disability\]/;
const DIFFERENT =
  '- any: [severe_disability, has_valid_hardship_status]$1any: [serious_illness_on_list, severe_disability, has_valid_hardship_status]';

test('the same two programmes stand for two charities', () => {
  const folder = changed('programmes.yaml', DIFFERENCE, DIFFERENT);
  const file = join(folder, 'programmes.yaml');
  let left = 3;
  const text = readFileSync(file, 'utf8').replaceAll('[charity-sunrise, charity-harbour]', () =>
    left-- > 1 ? '[charity-sunrise]' : '[charity-harbour]',
  );
  writeFileSync(file, text);
  expect(compilePack(folder).faults).toEqual([]);
});

test('no pack may have an empty list of prohibited uses', () => {
  const folder = changed('prohibited.yaml', /prohibited:\n( {2}PX.*\n( {4}.*\n)*)+/, 'prohibited: {}\n');
  const file = join(folder, 'purposes', 'C2.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('unlisted: PX3\n', ''));
  expect(compilePack(folder).faults.map(faultText)).toContainEqual(
    expect.stringMatching(/prohibited uses is empty/),
  );
});

test('no pack may ask for consents without notices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  cpSync('shared/packs/starter', folder, { recursive: true });
  expect(compilePack(folder).faults).toEqual([]);
  rmSync(join(folder, 'notices.yaml'));
  expect(compilePack(folder).faults.map(faultText)).toEqual([
    'purposes/TRIP.yaml:2:1: TRIP has no notice: add `TRIP: …` to `purposes` of `notices`',
  ]);
  rmSync(folder, { recursive: true });
});

describe('no pack may', () => {
  test.each([
    ...faultTable(),
    {
      title: 'let the difference of two programmes of one charity reveal an illness',
      file: 'programmes.yaml',
      from: DIFFERENCE,
      to: DIFFERENT,
      fault: /its difference from "warm-home" reveals "serious_illness_on_list"/,
    },
    {
      title: 'store more of a code of an area than a code has',
      file: 'pack.yaml',
      from: /countyDigits: \d+/,
      to: 'countyDigits: 30',
      fault: /^pack\.yaml:\d+:\d+: more than the \d+ characters that a code of division_code may have$/,
    },
    {
      title: 'have a condition of no form',
      file: 'forms.yaml',
      from: /ageBelow: 18/,
      to: 'ageBellow: 18',
      fault: /write a value, a list of values, or one of `not: …`, `below: …`/,
    },
  ])('$title', ({ file, from, to, fault }) => {
    const faults = faultsOf(file, from, to);
    expect(
      faults.some((one) => fault.test(one)),
      faults.join('\n'),
    ).toBe(true);
    for (const one of faults)
      expect(translated(one.replace(/^\S+:\d+:\d+: /, ''), CHINESE)).toMatch(/\p{Script=Han}/u);
  });
});
