/** The compiler's refusals of cohorts, cards, windows and limits: each broken once. */
import { describe, expect, test } from 'vitest';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { diffPacks } from '../../shared/policy/compile/diff.ts';
import { faultText } from '../../shared/policy/compile/source.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { changed } from './changed-pack.ts';
import { CHILDREN_FOLDER, compileFolder } from './support.ts';

const compiled = (file: string, from: string | RegExp, to: string) => compilePack(changed(file, from, to));

describe('no pack may', () => {
  test.each<[string, string, string | RegExp, string, RegExp]>([
    [
      'count by what statistics never count',
      'cohorts.yaml',
      'field: health_status',
      'field: mental_health',
      /cohorts\.yaml:\d+:\d+: statistics never count "mental_health"/,
    ],
    [
      'count by free values',
      'cohorts.yaml',
      'field: sex',
      'field: ethnicity',
      /"ethnicity" has no list of values/,
    ],
    [
      'put a dimension under itself',
      'cohorts.yaml',
      'field: birth_date, as: age-band',
      'field: birth_date, as: age-band, under: sex',
      /"age" stands under itself/,
    ],
    ['put one under none', 'cohorts.yaml', 'under: age', 'under: aged', /there is no dimension "aged"/],
    [
      'count in a form that is none',
      'cohorts.yaml',
      'as: limb',
      'as: leg',
      /there is no generalisation "leg"/,
    ],
    ['keep counts of one', 'cohorts.yaml', 'smallest: 10', 'smallest: 1', /cohorts\.yaml:\d+/],
    [
      'let cohorts be smaller than counts',
      'cohorts.yaml',
      'smallest: 10',
      'smallest: 25',
      /at least as large as the least count/,
    ],
    ['give a card without a cohort', 'purposes/M1.yaml', 'fits: A14.3\n', '', /cards must fit a cohort/],
    [
      'check another answer against a cohort',
      'purposes/S1.yaml',
      'batch: 50',
      'batch: 50\nfits: A14.3',
      /only cards are checked/,
    ],
    [
      'show a field on a card by which people are not counted',
      'purposes/M1.yaml',
      'generalised age-band',
      'generalised age-years',
      /no cohort is counted by "birth_date" as it is shown/,
    ],
    [
      'name a card by one name',
      'cohorts.yaml',
      /pseudonyms: \[[^\]]*\]/,
      'pseudonyms: [x]',
      /cards need pseudonyms/,
    ],
    ['count a level twice', 'limits.yaml', 'levels: [L3]', 'levels: [L3, L4]', /a level is counted twice/],
    [
      'be open for an activity that no request names',
      'purposes/F1.yaml',
      'demands: [activity, ',
      'demands: [',
      /a purpose for activities requires one/,
    ],
    [
      'limit by a case that no request names',
      'purposes/N1.yaml',
      'demands: [case, ',
      'demands: [',
      /purposes\/N1\.yaml:\d+:\d+: what is limited by its case demands one/,
    ],
    [
      'limit by a case without a limit',
      'purposes/N1.yaml',
      /^lasts: .*\n/m,
      '',
      /it limits nothing: set its duration/,
    ],
    [
      'take an activity for an incident',
      'purposes/F1.yaml',
      'people: 30',
      'people: 30, incident: true',
      /only a case can be an incident/,
    ],
    [
      'limit the checks of a programme twice',
      'purposes/C1.yaml',
      'lasts:',
      'matter: { named: case }\nlasts:',
      /checks of a programme have budgets of their own/,
    ],
  ])('%s', (_, file, from, to, expected) => {
    const faults = compiled(file, from, to).faults.map(faultText);
    expect(
      faults.some((fault) => expected.test(fault)),
      faults.join('\n'),
    ).toBe(true);
  });
});

test('other cohorts need a deployment: together with earlier counts they would reveal individuals', () => {
  const before = compileFolder(CHILDREN_FOLDER);
  const changes = (from: string, to: string) =>
    diffPacks(before, loadPack(compiled('cohorts.yaml', from, to).pack)).map(
      ({ what, needsDeployment }) => [what, needsDeployment] as const,
    );
  expect(changes('field: sex, under: age', 'field: sex')).toEqual([
    ['cohorts / dimensions / sex / under', true],
  ]);
  expect(changes('round: 5', 'round: 3')).toEqual([['cohorts / round', true]]);
  expect(changes('label: Sex', 'label: Gender')).toEqual([['cohorts / dimensions / sex / label', false]]);
});
