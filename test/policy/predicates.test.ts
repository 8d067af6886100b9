/** The meaning of a yes: something is so today, by the stored values, and no more. */
import { describe, expect, it } from 'vitest';
import { isKnownFalse, isTrue } from '../../shared/policy/check/predicate.ts';
import type { Json } from '../../shared/policy/types.ts';
import { faultsOf } from './changed-pack.ts';
import { askFor, callerFor, children, NOW } from './support.ts';

/** Asked on 10 March 2026. */
const ask = (predicate: string, field: string, value: Json) =>
  isTrue(children, field, predicate, {
    ...{ now: NOW, caller: callerFor(children, 'C1'), ask: askFor(children, 'C1') },
    values: new Map([[field, value]]),
  });

describe('a yes', () => {
  it.each<[Json, boolean]>([
    [{ code: 'C91.0' }, true],
    [{ code: 'Q21' }, true],
    [{ code: 'J00' }, false],
    [{ code: '' }, false],
    ['C91', true],
  ])('to a serious illness is for codes of the list: %j', (value, yes) => {
    expect(ask('serious_illness_on_list', 'illness', value)).toBe(yes);
  });

  it.each<[Json, boolean]>([
    [{ code: 'F43', note: 'grief' }, true],
    [{ code: 'Z00', note: 'nothing found' }, false],
  ])('to psychological support is for disorders, not for a visit: %j', (value, yes) => {
    expect(ask('needs_mental_support', 'mental_health', value)).toBe(yes);
  });

  it.each<[string, Json, boolean]>([
    ['running without an end', [{ scheme: 'a', from: '2024-01' }], true],
    ['in its last month', [{ scheme: 'a', from: '2024-01', until: '2026-03' }], true],
    ['over since last month', [{ scheme: 'a', from: '2016-01', until: '2026-02' }], false],
    ['from next month on', [{ scheme: 'a', from: '2026-04' }], false],
    ['without a beginning', [{ scheme: 'a' }], false],
    [
      'one of two',
      [
        { scheme: 'a', from: '2016-01', until: '2016-12' },
        { scheme: 'b', from: '2026-03' },
      ],
      true,
    ],
    ['none', [], false],
  ])('to a benefit is for one that runs: %s', (_, value, yes) => {
    expect(ask('receives_benefit', 'benefits', value)).toBe(yes);
  });

  it.each<[Json, boolean]>([
    [['orphan'], true],
    [[], false],
    [{ codes: ['orphan'], until: '2026-03-10' }, true],
    [{ codes: ['orphan'], until: '2026-03-09' }, false],
    [{ codes: [], until: '2027-01-01' }, false],
  ])('to a valid status ends with the status: %j', (value, yes) => {
    expect(ask('has_valid_hardship_status', 'hardship_category', value)).toBe(yes);
  });

  it.each<[Json, boolean]>([
    [{ number: 'A-1', stage: 'trial' }, true],
    [{ number: 'A-1' }, true],
    [{ number: 'A-1', stage: 'judged' }, false],
  ])('to an open case is for one that did not end: %j', (value, yes) => {
    expect(ask('case_open', 'case_info', value)).toBe(yes);
  });
});

describe('what is unknown is neither yes nor no', () => {
  const answer = (predicate: string, field: string, value?: Json) => {
    const context = {
      ...{ now: NOW, caller: callerFor(children, 'C1'), ask: askFor(children, 'C1') },
      values: new Map(value === undefined ? [] : [[field, value]]),
    };
    const [yes, no] = [isTrue, isKnownFalse].map((is) => is(children, field, predicate, context));
    return yes ? 'YES' : no ? 'NO' : 'UNKNOWN';
  };

  it('no predicate of the pack says yes or no about a record without values', () => {
    expect(children.predicates.size).toBeGreaterThan(0);
    for (const name of children.predicates.keys())
      expect([name, answer(name, 'sex')]).toEqual([name, 'UNKNOWN']);
  });

  it.each<[string, string, Json, string]>([
    ['receives_benefit', 'benefits', [], 'NO'],
    ['receives_benefit', 'benefits', [{ scheme: 'a', from: '2016-01', until: '2026-02' }], 'NO'],
    ['receives_benefit', 'benefits', [{ scheme: 'a', until: '2027-01' }], 'UNKNOWN'],
    ['receives_benefit', 'benefits', [{ scheme: 'a', from: '2024-01' }], 'YES'],
    ['has_valid_hardship_status', 'hardship_category', { codes: ['orphan'], until: '2026-03-09' }, 'NO'],
    ['has_valid_hardship_status', 'hardship_category', { codes: ['orphan'] }, 'UNKNOWN'],
    ['serious_illness_on_list', 'illness', { note: 'none' }, 'UNKNOWN'],
    ['serious_illness_on_list', 'illness', { code: 'J00' }, 'NO'],
    ['age_under_18', 'birth_date', null, 'UNKNOWN'],
    ['parents_cannot_care', 'parent_status', { father: 'dead' }, 'UNKNOWN'],
  ])('%s, by %s %j: %s', (predicate, field, value, said) => {
    expect(answer(predicate, field, value)).toBe(said);
  });
});

it('lists have an edition and a source, and a pack names only existing lists', () => {
  for (const { version, source, codes } of children.lists.values()) {
    expect([version.length > 0, source.length > 0, codes.length > 0]).toEqual([true, true, true]);
  }
  const faults = faultsOf('forms.yaml', 'onList: serious-illness', 'onList: rare-illness');
  expect(faults.join()).toMatch(/there is no list "rare-illness"/);
});
