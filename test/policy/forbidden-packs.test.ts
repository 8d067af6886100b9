/** The rules for every pack, each broken once. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { faultText } from '../../shared/policy/compile/source.ts';
import { changed, faultsOf } from './changed-pack.ts';

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

describe('no pack may', () => {
  test.each<[string, string, string | RegExp, string, RegExp]>([
    ['make a purpose of a prohibited code', 'prohibited.yaml', 'PX1:', 'S1:', /S1 is a prohibited use/],
    [
      'hide a place by a field that one clerk does not open',
      'casework.yaml',
      'placement_site.secret: true',
      'hiv_status: infected',
      /one clerk does not open "hiv_status"/,
    ],
    [
      'let a department own fields without an approver for it',
      'approvals.yaml',
      '    - hospital\n',
      '',
      /no role decides for HEALTH/,
    ],
    [
      'let a programme answer a mixed predicate alone',
      'programmes.yaml',
      'any: [serious_illness_on_list, severe_disability]',
      'any: [severe_disability]',
      /it reveals "severe_disability"/,
    ],
    [
      'let the difference of two programmes of one charity reveal an illness',
      'programmes.yaml',
      DIFFERENCE,
      DIFFERENT,
      /its difference from "warm-home" reveals "serious_illness_on_list"/,
    ],
    [
      'set a condition on a field that does not exist',
      'purposes/W4.yaml',
      'placement_site.institution:',
      'placed_at.institution:',
      /there is no field "placed_at"/,
    ],
    [
      'open a field for a condition that the purpose never sees',
      'purposes/W3.yaml',
      'any: [{ birth_date: { held: false } }',
      'any: [{ placement_site.institution: { same: institution } }, { birth_date: { held: false } }',
      /W3 opens the class "contact-placement"/,
    ],
    [
      'exempt every role from a condition',
      'purposes/S1.yaml',
      'exempt: [county-education]',
      'exempt: [county-education, school, kindergarten]',
      /every role of the purpose is exempt/,
    ],
    [
      'set a condition that says nothing',
      'purposes/H1.yaml',
      '    assigned: true\n',
      '',
      /a condition must contain something/,
    ],
    [
      'look for assigned people without a consent',
      'purposes/H1.yaml',
      'kinds: [consent]\n',
      'kinds: [emergency]\n',
      /consents assign people/,
    ],
    ['have no stop words', 'prohibited.yaml', /words:\s*\[[^\]]*\]/, 'words: []', /prohibited\.yaml/],
    [
      'let the prohibited kind pass',
      'consent.yaml',
      'verdict: DENY_ALERT, reason: PROHIBITED_A15',
      'verdict: ALLOW, reason: PROHIBITED_A15',
      /refuses the prohibited kind/,
    ],
    [
      'put a condition on that refusal',
      'consent.yaml',
      '{ when: {}, verdict: DENY_ALERT',
      '{ when: { ageYears: 5 }, verdict: DENY_ALERT',
      /refuses the prohibited kind/,
    ],
    [
      'give a purpose the prohibited kind',
      'purposes/S1.yaml',
      'kind: statutory',
      'kind: prohibited',
      /no purpose is of the prohibited kind/,
    ],
    [
      'disclose a never-disclosed field to media',
      'purposes/M1.yaml',
      'name: none A14.1',
      'name: generalised county A14.1',
      /"name" is never disclosed to media/,
    ],
    [
      'give media a plain value',
      'purposes/M1.yaml',
      'sex: none A14.1',
      'sex: plain A14.1',
      /generalised values only/,
    ],
    [
      'open a purpose with names to a media role',
      'purposes/S1.yaml',
      'who: [',
      'who: [press-office, ',
      /never disclosed to media/,
    ],
    [
      'give a charity more than a predicate',
      'purposes/C1.yaml',
      'sex: none A7.2',
      'sex: generalised count A7.2',
      /"charity" may get no field generalised/,
    ],
    [
      'give a charity a predicate that is not meant for it',
      'purposes/C1.yaml',
      'predicate serious_illness_on_list',
      'predicate hiv_affected',
      /not answered to "charity"/,
    ],
    ['hold a sealed record', 'fields.yaml', '  photo:', '  offence_record:', /"offence_record" is sealed/],
    [
      'mask a field without a mask',
      'purposes/S1.yaml',
      'sex: plain A8.1',
      'sex: masked A8.1',
      /"sex" has no mask/,
    ],
    [
      'open who reported harm for another purpose',
      'fields.yaml',
      'harm-reporter: { restricted: true, opens: [R1] }',
      'harm-reporter: { restricted: true, opens: [R1, E1] }',
      /"harm-reporter" is no class that R1 alone opens/,
    ],
    [
      'seal who reported harm with the report',
      'casework.yaml',
      'reporter: harm-reporter',
      'reporter: harm-report',
      /the reporter needs a class of its own/,
    ],
    [
      'release a restricted field without a second person',
      'purposes/S1.yaml',
      'edu_assessment: plain second-person',
      'edu_assessment: plain',
      /"edu_assessment" is restricted/,
    ],
    [
      'need an approval without a possible approver',
      'purposes/S1.yaml',
      'approvers: [disabled-federation]',
      'approvers: [county-education]',
      /no approver outside the line of "county-education" can approve "edu_assessment"/,
    ],
    [
      'need an approval for which there is no limit',
      'approvals.yaml',
      'levels: [L4]',
      'levels: [L1]',
      /no owner is asked for a field of the level L4/,
    ],
    [
      'mask an embedding number by its digits',
      'fields.yaml',
      'mask: embedded',
      'mask: number',
      /needs a display number/,
    ],
    [
      'let a purpose open a class with a field it never sees',
      'fields.yaml',
      'class: identity-number',
      'class: identity-name',
      /F1 opens the class "identity-name", which holds "id_number"/,
    ],
    [
      'keep a decisive field elsewhere',
      'fields.yaml',
      /class: facts\n {4}level: L2/,
      'class: identity-sex\n    level: L2',
      /decisions read "birth_date"/,
    ],
    [
      'hide a field among the decisive ones',
      'fields.yaml',
      'class: identity-sex',
      'class: facts',
      /no decision reads "sex"/,
    ],
    [
      'have an age band across an age of the rules',
      'forms.yaml',
      'bands: [0, 3, 6, 8, 12, 14, 16, 18]',
      'bands: [0, 3, 6, 8, 12, 16, 18]',
      /crosses the age of 14/,
    ],
    [
      'leave a level uncounted',
      'limits.yaml',
      'levels: [L1, L2]',
      'levels: [L1]',
      /no tier counts the level L2/,
    ],
    ['raise no alert before the stop', 'limits.yaml', 'alert: 20,', 'alert: 25,', /before the stop/],
    [
      'release what the rules do not foresee',
      'consent.yaml',
      'unforeseen: { verdict: DENY',
      'unforeseen: { verdict: ALLOW',
      /must refuse an unforeseen case/,
    ],
  ])('%s', (_, file, from, to, expected) => {
    const faults = faultsOf(file, from, to);
    expect(
      faults.some((fault) => expected.test(fault)),
      faults.join('\n'),
    ).toBe(true);
  });
});
