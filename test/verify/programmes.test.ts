/** Programmes in the pack: which ones compile, which must not, and how a question is answered. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { singlingOut } from '../../shared/policy/compile/check/cohorts.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { isEligible } from '../../shared/policy/decide/programme.ts';
import type { Programme } from '../../shared/policy/pack/parts.ts';
import type { Json } from '../../shared/policy/types.ts';
import { askFor, CHILDREN_FOLDER, callerFor, children, NOW } from '../policy/support.ts';

const springBud = children.programmes.get('spring-bud') as Programme;

/** Faults of the pack after one change in its programmes. */
function faultsAfter(from: string, to: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-pack-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(CHILDREN_FOLDER, folder, { recursive: true });
  const file = join(folder, 'programmes.yaml');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  return compilePack(folder).faults.map(({ file: where, message }) => `${where}: ${message}`);
}

describe('a programme', () => {
  it('reads only the fields of its predicates, and names their classes and the decisive ones', () => {
    expect(springBud.fields).toEqual([
      'birth_date',
      'division_code',
      'hardship_category',
      'household_profile',
      'schooling_status',
    ]);
    expect(springBud.classes).toEqual(['education-status', 'facts', 'family-household', 'welfare-category']);
  });

  it.each<[string, string, string, RegExp]>([
    ['a predicate that is not on the list', '- in_school', '- likes_school', /there is no predicate/],
    ['a threshold of its own', '- in_school', '- { age_below: 12 }', /"all" is missing|unknown key/],
    ['a number in a predicate', '- in_school', '- in_school below 5', /there is no predicate/],
    [
      'a predicate for departments alone',
      '- in_school',
      '- parents_cannot_care',
      /not answered outside|answers no/,
    ],
    ['a predicate that its purpose never answers', '- in_school', '- requester_is_guardian', /answers no/],
    ['a field that its purpose never reads', 'of division_code', 'of school_name', /answers no/],
    ['an unknown purpose', 'purpose: C1', 'purpose: C9', /there is no purpose/],
    ['a purpose that releases', 'purpose: C1', 'purpose: S1', /is released, not verified/],
    ['a purpose without consent', 'purpose: C1', 'purpose: W1', /needs no consent/],
    ['a role that may not ask', 'areas: ["990001"]', 'who: [police]\n    areas: ["990001"]', /may not ask/],
    [
      'an end before its beginning',
      'from: 2026-01-01',
      'from: 2026-01-01\n    until: 2025-12-31',
      /ends before it begins/,
    ],
    ['an area of a whole province', 'areas: ["990001"]', 'areas: ["99"]', /at least 6 digits/],
    ['misses that never stop', 'stop: 20', 'stop: 2000', /within the day/],
    ['no budget', 'subject: 3', 'subject: 0', /value/i],
    ['an unknown key', 'proofDays: 90', 'proofDays: 90\n    threshold: 950', /unknown key/],
    ['a name with a sign', 'spring-bud:', 'spring#bud:', /small letters/],
  ])('with %s does not compile', (_, from, to, fault) => {
    expect(faultsAfter(from, to).join('\n')).toMatch(fault);
  });

  it('must name its field if a predicate serves several', () => {
    expect(faultsAfter('lives_in_programme_area of division_code', 'lives_in_programme_area')).toEqual([
      'programmes.yaml: name the field: "lives_in_programme_area of …"',
    ]);
  });
});

describe('its question', () => {
  const context = (values: Record<string, Json>) => ({
    now: NOW,
    caller: callerFor(children, 'C1', { areas: ['990001', '990002'] }),
    ask: askFor(children, 'C1'),
    values: new Map(Object.entries(values)),
  });
  const eligible: Record<string, Json> = {
    birth_date: '2013-05-06',
    division_code: '990001001',
    hardship_category: ['orphan'],
    schooling_status: 'primary',
  };
  const ask = (values: Record<string, Json>) => isEligible(children, springBud, context(values));

  it('is answered by all of its parts', () => {
    expect(ask(eligible)).toBe(true);
    for (const field of Object.keys(eligible)) {
      const { [field]: _, ...rest } = eligible;
      expect([field, ask(rest)]).toEqual([field, false]);
    }
  });
  it('takes any of the alternatives', () => {
    const { hardship_category: _, ...rest } = eligible;
    expect(ask({ ...rest, household_profile: { members: 4, monthlyIncome: 1200 } })).toBe(true);
    expect(ask({ ...rest, household_profile: { members: 1, monthlyIncome: 1200 } })).toBe(false);
  });
  it('is about the area of the programme, whatever the area of the caller', () => {
    expect(ask({ ...eligible, division_code: '990002001' })).toBe(false);
  });
  it('can be a negation', () => {
    const warmHome = children.programmes.get('warm-home') as Programme;
    const values = { birth_date: '2013-05-06', hardship_category: ['orphan'], benefits: [] };
    expect(isEligible(children, warmHome, context(values))).toBe(true);
    const benefits = [{ scheme: 'orphan-allowance', amount: 1500, from: '2024-01' }];
    expect(isEligible(children, warmHome, context({ ...values, benefits }))).toBe(false);
  });
  it('does not treat a missing value as a no', () => {
    const warmHome = children.programmes.get('warm-home') as Programme;
    const values = { birth_date: '2013-05-06', hardship_category: ['orphan'] };
    expect(isEligible(children, warmHome, context(values))).toBe(false);
    // A benefit without a recorded beginning may be running or not.
    expect(isEligible(children, warmHome, context({ ...values, benefits: [{ scheme: 'x' }] }))).toBe(false);
  });
});

it('a programme with fewer people than the smallest cohort, or without a count, is not published', () => {
  const counts = new Map([...children.programmes.keys()].map((name) => [name, 20]));
  expect(singlingOut(children, counts)).toEqual([]);
  expect(singlingOut(children, new Map([...counts, ['spring-bud', 19]]))).toEqual(['spring-bud']);
  expect(singlingOut(children, new Map([...counts, ['spring-bud', Number.NaN]]))).toEqual(['spring-bud']);
  expect(singlingOut(children, new Map())).toEqual([...children.programmes.keys()]);
});
