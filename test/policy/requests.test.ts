/** The life of a request: its collections compared with a plain model, and the acts one by one. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asClientId, asEntryId, asSubjectId } from '../../shared/ids.ts';
import {
  approvalOf,
  collect,
  endsAt,
  fieldState,
  type RequestRecord,
  type Ruling,
  rule,
  stateOf,
  withdraw,
} from '../../shared/policy/decide/requests.ts';
import { RUNS } from '../support/runs.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-03-10T04:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
/** Hours until an answer is late, until what was approved must be collected first, and until its window is over. */
const [ANSWER, COLLECT, UNTIL] = [24, 48, 96];

function submitted(once = false): RequestRecord {
  const answerBy = iso(START + ANSWER * HOUR);
  return {
    id: 'request-1',
    asked: {
      agency: asClientId('court-county'),
      departments: ['COURT'],
      person: 'p',
      name: 'n',
      purpose: 'J1',
      collection: 'children',
      case: 'CASE-1',
      instrument: 'I-1',
      officer: 'wu.jun',
      reason: 'trial',
      subjects: [asSubjectId('subject-1')],
      county: '990001',
      fields: {
        name: { of: 'MPS', answerBy },
        illness: { of: 'HEALTH', answerBy },
        photo: { of: 'MCA', answerBy },
      },
      once,
      at: iso(START),
      entry: asEntryId('entry-0'),
    },
    rulings: {},
    materials: {},
    withdrawn: null,
    collections: 0,
    collectedAt: null,
    pieces: [],
  };
}

function ruling(outcome: Ruling['outcome'], at: number, entry = `entry-${at}`): Ruling {
  const end = { collectBy: iso(at + COLLECT * HOUR), until: iso(at + UNTIL * HOUR) };
  return {
    outcome,
    agency: asClientId('a'),
    person: 'q',
    at: iso(at),
    entry: asEntryId(entry),
    ...(outcome === 'approved' && end),
  };
}

const collector = {
  ...{ agency: asClientId('court-county'), purpose: 'J1', collection: 'children' },
  ...{ case: 'CASE-1', instrument: 'I-1' },
};
const done = (result: RequestRecord | string): RequestRecord =>
  typeof result === 'string' ? expect.fail(result) : result;
const fieldsAt = (record: RequestRecord, at: number) =>
  [...(approvalOf(record, collector, iso(at))?.fields.keys() ?? [])].sort();

describe('a request', () => {
  test('is collected by its approvals, field by field', () => {
    let record = submitted();
    expect(stateOf(record, iso(START))).toBe('submitted');
    expect(approvalOf(record, collector, iso(START))).toBeNull();
    record = done(rule(record, ['name'], ruling('approved', START + HOUR)));
    record = done(rule(record, ['illness'], ruling('refused', START + HOUR)));
    expect(stateOf(record, iso(START + HOUR))).toBe('approved');
    expect(fieldsAt(record, START + 2 * HOUR)).toEqual(['name']);
    expect(approvalOf(record, collector, iso(START + 2 * HOUR))?.fields.get('name')).toBe(
      `entry-${START + HOUR}`,
    );
  });

  test.each([
    ['agency', 'procuratorate-county'],
    ['purpose', 'R1'],
    ['collection', 'others'],
    ['case', 'CASE-2'],
    ['case', undefined],
    ['instrument', 'I-2'],
    ['activity', 'ACT-1'],
  ])('is not collected with %s %s instead of its own', (name, other) => {
    const record = done(rule(submitted(), ['name'], ruling('approved', START)));
    const { [name]: _, ...rest } = collector as Record<string, string>;
    const changed = { ...rest, ...(other !== undefined && { [name]: other }) };
    expect(approvalOf(record, collector, iso(START))).not.toBeNull();
    expect(approvalOf(record, changed as never, iso(START))).toBeNull();
  });

  test('that is collected once is collected once', () => {
    const record = done(rule(submitted(true), ['name'], ruling('approved', START)));
    const first = done(collect(record, iso(START + HOUR)));
    expect(stateOf(first, iso(START + HOUR))).toBe('collected');
    expect(collect(first, iso(START + HOUR))).toBe('closed');
    expect(rule(first, ['illness'], ruling('approved', START + HOUR))).toBe('closed');
  });

  test('of a window is collected again until the window is over, if the first time was in time', () => {
    const record = done(rule(submitted(), ['name'], ruling('approved', START)));
    expect(fieldsAt(record, START + (COLLECT - 1) * HOUR)).toEqual(['name']);
    expect(fieldsAt(record, START + COLLECT * HOUR)).toEqual([]);
    const first = done(collect(record, iso(START + HOUR)));
    expect(fieldsAt(first, START + (UNTIL - 1) * HOUR)).toEqual(['name']);
    expect(fieldsAt(first, START + UNTIL * HOUR)).toEqual([]);
    expect(stateOf(first, iso(START + UNTIL * HOUR))).toBe('collected');
    expect(stateOf(record, iso(START + UNTIL * HOUR))).toBe('expired');
  });

  test('without an answer lapses, and can’t be approved afterwards', () => {
    const late = START + ANSWER * HOUR;
    expect(stateOf(submitted(), iso(late))).toBe('expired');
    expect(rule(submitted(), ['name'], ruling('approved', late))).toBe('closed');
    const other = done(rule(submitted(), ['illness'], ruling('approved', START)));
    expect(rule(other, ['name'], ruling('approved', late))).toBe('late');
  });

  test('with only refusals is refused, and a refusal is final', () => {
    const all = ['name', 'illness', 'photo'];
    const record = done(rule(submitted(), ['name'], ruling('refused', START)));
    expect(rule(record, ['name'], ruling('approved', START))).toBe('refused before');
    const refused = done(rule(record, all, ruling('refused', START)));
    expect(stateOf(refused, iso(START))).toBe('refused');
  });

  test('with an approval can be revoked by a refusal, which counts at once', () => {
    const record = done(rule(submitted(), ['name'], ruling('approved', START)));
    const back = done(rule(record, ['name'], ruling('refused', START + HOUR)));
    expect(fieldsAt(back, START + HOUR)).toEqual([]);
  });

  test('after its withdrawal is neither approved nor collected', () => {
    const record = done(withdraw(submitted(), iso(START), asEntryId('entry-9')));
    expect(rule(record, ['name'], ruling('approved', START))).toBe('closed');
    const later = done(
      withdraw(
        done(rule(submitted(), ['name'], ruling('approved', START))),
        iso(START),
        asEntryId('entry-9'),
      ),
    );
    expect(fieldsAt(later, START)).toEqual([]);
    expect(withdraw(later, iso(START), asEntryId('entry-10'))).toBe('nothing');
  });
});

type Step =
  | { act: 'approve'; fields: string[] }
  | { act: 'refuse'; fields: string[] }
  | { act: 'withdraw' }
  | { act: 'collect' }
  | { act: 'wait'; hours: number };

const FIELDS = ['name', 'illness', 'photo'];
const fields = fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ act: fc.constant('approve' as const), fields }),
  fc.record({ act: fc.constant('refuse' as const), fields }),
  fc.record({ act: fc.constant('collect' as const) }),
  fc.record({ act: fc.constant('withdraw' as const) }),
  fc.record({ act: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 60 }) }),
);

/** The same in the plainest words: what each field was last told and when, how often was collected, when ended. */
class Model {
  approved = new Map<string, number>();
  refused = new Set<string>();
  withdrawn = false;
  collections = 0;
  hours = 0;
  once: boolean;
  constructor(once: boolean) {
    this.once = once;
  }

  good(): string[] {
    if (this.withdrawn || (this.once && this.collections > 0)) return [];
    const lasts = this.collections > 0 ? UNTIL : COLLECT;
    return FIELDS.filter((field) => {
      const since = this.approved.get(field);
      return since !== undefined && !this.refused.has(field) && this.hours < since + lasts;
    }).sort();
  }

  waiting(field: string): boolean {
    return !this.approved.has(field) && !this.refused.has(field) && this.hours < ANSWER;
  }

  open(): boolean {
    const collected = this.once && this.collections > 0;
    const alive = this.good().length > 0 || FIELDS.some((field) => this.waiting(field));
    return !this.withdrawn && !collected && alive;
  }

  approve(names: string[]): void {
    const fine = (field: string) => this.waiting(field) || this.good().includes(field);
    if (!this.open() || !names.every(fine)) return;
    for (const field of names) if (this.waiting(field)) this.approved.set(field, this.hours);
  }

  refuse(names: string[]): void {
    const fine = (field: string) =>
      this.waiting(field) || this.good().includes(field) || this.refused.has(field);
    if (this.open() && names.every(fine)) for (const field of names) this.refused.add(field);
  }
}

test('any sequence of acts equals the plain model', () =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, once) => {
      let record = submitted(once);
      const model = new Model(once);
      const take = (next: RequestRecord | string) => {
        if (typeof next !== 'string') record = next;
      };
      for (const one of steps) {
        const at = START + model.hours * HOUR;
        if (one.act === 'wait') model.hours += one.hours;
        else if (one.act === 'withdraw') {
          take(withdraw(record, iso(at), asEntryId('w')));
          if (model.open()) model.withdrawn = true;
        } else if (one.act === 'collect') {
          take(collect(record, iso(at)));
          if (model.good().length > 0) model.collections++;
        } else if (one.act === 'approve') {
          take(rule(record, one.fields, ruling('approved', at)));
          model.approve(one.fields);
        } else {
          take(rule(record, one.fields, ruling('refused', at)));
          model.refuse(one.fields);
        }
        const now = START + model.hours * HOUR;
        expect(fieldsAt(record, now)).toEqual(model.good());
        expect(record.collections).toBe(model.collections);
        expect(stateOf(record, iso(now)) === 'approved').toBe(model.good().length > 0);
        for (const field of FIELDS)
          expect(fieldState(record, field, iso(now)) === 'waiting').toBe(model.waiting(field));
      }
    }),
    RUNS,
  ));

test('a request ends when its last answer or window does', () => {
  expect(endsAt(submitted())).toBe(START + ANSWER * HOUR);
  const record = done(rule(submitted(), ['name'], ruling('approved', START)));
  expect(endsAt(record)).toBe(START + UNTIL * HOUR);
});
