import { describe, expect, test } from 'vitest';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Ask, Caller, Json } from '../../shared/policy/types.ts';
import { askFor, callerFor, children, NOW } from './support.ts';

const run = (purpose: string, ask: Partial<Ask> = {}, caller: Partial<Caller> = {}, now = NOW) =>
  screen(children, callerFor(children, purpose, caller), askFor(children, purpose, ask), now);
const code = (...args: Parameters<typeof run>) => {
  const screening = run(...args);
  return screening.ok ? 'OK' : screening.code;
};
const without = (purpose: string, name: keyof Ask) => {
  const { [name]: _, ...ask } = askFor(children, purpose);
  const screening = screen(children, callerFor(children, purpose), ask as Ask, NOW);
  return screening.ok ? 'OK' : screening.code;
};

describe('prohibited uses', () => {
  test('are the same refusal for everyone, with an alert, before anything else', () => {
    const answers = new Set<string>();
    for (const purpose of children.prohibited.keys()) {
      for (const role of children.roles.keys()) {
        answers.add(
          JSON.stringify(
            run(purpose, {}, { roles: [role], purposes: [purpose], trainedUntil: '2000-01-01' }),
          ),
        );
      }
    }
    expect([...answers].map((text) => JSON.parse(text))).toEqual([
      {
        ok: false,
        code: 'PROHIBITED_PURPOSE',
        rule: 'A15.1',
        reason: { en: expect.any(String), zh: expect.any(String) },
        alert: true,
      },
    ]);
  });
  test.each([
    '为直播带货做准备',
    '募 捐',
    '带·货',
    '带​货',
    '籌款',
    'ＬＩＶＥＳＴＲＥＡＭ sales',
    'Crowd-funding',
    '给孩子贴标签',
    '众籌',
    '短视頻',
    'LiveStrеam',
    '募\u3164捐',
    '募\u{e0100}捐',
    '引1流x',
    'zhibo daihuo',
    'Zhí Bō dài huò',
    'zhi1bo1',
    'fυndraising',
    'l1vestream',
    '値播',
    '抖音卖货',
    '吸粉圈粉',
    '水滴筹文案',
  ])('a reason such as %s goes to a person, whatever the purpose', (reason) => {
    expect(run('S1', { reason })).toMatchObject({
      ok: false,
      code: 'REASON_NEEDS_REVIEW',
      rule: 'A15.3',
      alert: false,
    });
    expect(code('no such purpose', { reason })).toBe('REASON_NEEDS_REVIEW');
    expect(run('S1', { reason, cleared: true })).toMatchObject({ ok: true });
  });
});

test.each(['case', 'activity', 'instrument'])('a word in the %s is found like one in the reason', (word) => {
  expect(code('S1', { [word]: '直播带货-1' })).toBe('REASON_NEEDS_REVIEW');
});

test.each(['E1', 'J1', 'N1'])('%s does not wait for a review of its reason', (purpose) => {
  expect(code(purpose, { reason: '主播正在直播虐待儿童' })).not.toBe('REASON_NEEDS_REVIEW');
});

test.each(['winter subsidy, grade 5', '冬季助学', '流动儿童走访', 'advice to the family'])(
  '%s is a reason',
  (reason) => {
    expect(code('S1', { reason })).not.toBe('REASON_NEEDS_REVIEW');
  },
);

describe('the caller', () => {
  test('unknown purposes and collections', () => {
    expect(code('Z9')).toBe('PURPOSE_UNKNOWN');
    expect(code('constructor')).toBe('PURPOSE_UNKNOWN');
    expect(code('S1', { collection: 'other' })).toBe('PURPOSE_UNKNOWN');
  });
  test('the role, held by a department that may hold it, and the registered purpose', () => {
    expect(code('S1')).toBe('OK');
    expect(code('S1', {}, { roles: ['charity'] })).toBe('PURPOSE_NOT_FOR_ROLE');
    expect(code('S1', {}, { departments: ['MCA'] })).toBe('PURPOSE_NOT_FOR_ROLE');
    expect(code('S1', {}, { purposes: ['W1'] })).toBe('PURPOSE_NOT_FOR_ROLE');
  });
  test('training, to the end of its last day in Shanghai', () => {
    expect(code('S1', {}, { trainedUntil: '2026-03-10' }, Date.parse('2026-03-10T15:59:59Z'))).toBe('OK');
    expect(code('S1', {}, { trainedUntil: '2026-03-10' }, Date.parse('2026-03-10T16:00:00Z'))).toBe(
      'TRAINING_EXPIRED',
    );
    expect(code('S1', {}, { trainedUntil: 'never' })).toBe('TRAINING_EXPIRED');
    const { trainedUntil: _, ...caller } = callerFor(children, 'S1');
    expect(screen(children, caller, askFor(children, 'S1'), NOW)).toMatchObject({ code: 'TRAINING_EXPIRED' });
  });
});

describe('requirements of a purpose', () => {
  test('officer, reason, case, instrument, activity', () => {
    expect(without('S1', 'officer')).toBe('NO_OFFICER');
    expect(without('S1', 'reason')).toBe('NO_REASON');
    expect(without('S1', 'case')).toBe('OK');
    expect(without('W1', 'case')).toBe('NO_CASE');
    expect(without('J2', 'instrument')).toBe('NO_INSTRUMENT');
    expect(without('F1', 'activity')).toBe('NO_ACTIVITY');
    expect(code('F1', { activity: undefined as never, case: 'ACT-1' })).toBe('OK');
    expect(code('S1', { officer: '  ' })).toBe('NO_OFFICER');
  });
  test('a signature of the whole request, which no word can replace', () => {
    const s1 = children.purposes.get('S1') as NonNullable<ReturnType<typeof children.purposes.get>>;
    const purposes = new Map(children.purposes).set('S1', { ...s1, demands: [...s1.demands, 'signature'] });
    const signing = { ...children, purposes };
    const ask = askFor(children, 'S1');
    const caller = callerFor(children, 'S1');
    expect(screen(signing, caller, ask, NOW)).toMatchObject({ ok: false, code: 'NO_SIGNATURE' });
    expect(screen(signing, caller, { ...ask, signed: true }, NOW)).toMatchObject({ ok: true });
  });
  test('an attested danger', () => {
    expect(code('E1')).toBe('NO_IMMINENT_DANGER');
    expect(code('E1', { imminentDangerAttested: true })).toBe('OK');
  });
  test('the batch', () => {
    expect(code('S1', { subjects: 50 })).toBe('OK');
    expect(code('S1', { subjects: 51 })).toBe('BATCH_LIMIT');
  });
  test('a second person, and a route of its own', () => {
    expect(code('J1')).toBe('NO_APPROVAL');
    expect(code('W2')).toBe('NO_APPROVAL');
    for (const purpose of ['A1', 'N1', 'M1', 'C1', 'C2', 'X1']) {
      const { route: _, ...ask } = askFor(children, purpose);
      expect(screen(children, callerFor(children, purpose), ask, NOW), purpose).toMatchObject({
        code: 'PURPOSE_ROUTE',
      });
    }
  });
});

describe('fields', () => {
  const fields = (purpose: string, ...names: string[]) => {
    const screening = run(purpose, { fields: names, imminentDangerAttested: true });
    if (!screening.ok) throw new Error(screening.code);
    return screening;
  };
  test('outside the purpose, with the article', () => {
    const { cells, withheld } = fields('S1', 'name', 'illness', 'hiv_status', 'nothing', '__proto__');
    expect([...cells.keys()]).toEqual(['name']);
    expect(withheld.get('illness')).toMatchObject({ code: 'FIELD_NOT_IN_PURPOSE', rule: 'A8.1' });
    expect(withheld.get('hiv_status')).toMatchObject({ code: 'FIELD_NOT_IN_PURPOSE', rule: 'A9.2' });
    expect(withheld.get('nothing')?.code).toBe('FIELD_NOT_IN_PURPOSE');
    expect(withheld.get('__proto__')?.code).toBe('FIELD_NOT_IN_PURPOSE');
  });
  test('a cell that needs a second person needs an approval, and in danger a review afterwards', () => {
    expect(fields('S1', 'edu_assessment').withheld.get('edu_assessment')).toMatchObject({
      code: 'NO_APPROVAL',
      rule: 'A8.4',
    });
    const danger = fields('E1', 'medical_record');
    expect(danger.cells.get('medical_record')).toMatchObject({ form: 'plain', secondPerson: true });
    expect(danger.obligations).toContain('REVIEW_24H');
  });
  test('facts: what the ground reads, the division only for areas finer than a county', () => {
    expect(fields('S1').facts).toEqual(['guardianship_status']);
    expect(fields('E1').facts).toEqual([]);
    expect(fields('F1').facts).toEqual([
      ...['birth_date', 'able_to_express_will', 'guardianship_status', 'guardian_identity'],
    ]);
    // A condition that the role is exempt from is not looked at.
    expect(run('S1', {}, { roles: ['school'] })).toMatchObject({
      facts: ['guardianship_status', 'school_name'],
    });
    const village = run('W3', {}, { areas: ['990001001'] });
    expect(village).toMatchObject({ facts: ['guardianship_status', 'birth_date', 'division_code'] });
  });
});

describe('an activity', () => {
  const ends = (day: string) => ({ activities: [{ id: 'ACT-1', ends: day }] });
  test('must be registered for the caller', () => {
    expect(code('F1')).toBe('OK');
    expect(code('F1', { activity: 'ACT-2' })).toBe('NO_ACTIVITY');
    expect(code('F1', {}, { activities: [] })).toBe('NO_ACTIVITY');
    const { activities: _, ...volunteer } = callerFor(children, 'F1');
    expect(screen(children, volunteer, askFor(children, 'F1'), NOW)).toMatchObject({ code: 'NO_ACTIVITY' });
    expect(code('F1', {}, ends('never'))).toBe('NO_ACTIVITY');
  });
  test('stays open for seven days after its last, to their end in the time zone of the pack', () => {
    // NOW is noon of 10 March.
    expect(code('F1', {}, ends('2026-03-03'))).toBe('OK');
    expect(code('F1', {}, ends('2026-03-02'))).toBe('VALIDITY_ENDED');
    const midnight = Date.parse('2026-03-10T16:00:00Z');
    expect(code('F1', {}, ends('2026-03-03'), midnight - 1)).toBe('OK');
    expect(code('F1', {}, ends('2026-03-03'), midnight)).toBe('VALIDITY_ENDED');
  });
  test('has no effect on other purposes', () => {
    expect(code('S1', {}, { activities: [] })).toBe('OK');
  });
});

describe('a question that compares', () => {
  const asked = (compare: Record<string, Json> | undefined, field = 'id_number', purpose = 'S1') => {
    const { compare: _, ...bare } = askFor(children, purpose, { fields: [field] });
    const ask = { ...bare, ...(compare && { compare }) };
    const screening = screen(children, callerFor(children, purpose), ask, NOW);
    return screening.ok && (screening.withheld.get(field)?.code ?? screening.cells.get(field)?.form);
  };
  test.each<[string, Record<string, Json> | undefined]>([
    ['nothing', undefined],
    ['another field', { sex: '1' }],
    ['an empty value', { id_number: '' }],
    ['a name of the prototype', { __proto__: { id_number: '1' } } as never],
  ])('is not answered where %s was sent, and that is told', (_, compare) => {
    expect(asked(compare)).toBe('COMPARE_NEEDED');
  });
  test('is answered by either of its values', () => {
    expect(asked({ id_number: '1' })).toBe('predicate');
    expect(asked({ name: '张三' })).toBe('predicate');
  });
  test('with two members needs both', () => {
    const platform = (compare: Record<string, Json>) => asked(compare, 'guardian_identity', 'C2');
    expect(platform({ guardian_identity: { name: '张三' } })).toBe('COMPARE_NEEDED');
    expect(platform({ guardian_identity: { name: '张三', id_number: '1' } })).toBe('predicate');
  });
  test('does not concern a question without a comparison', () => {
    expect(asked(undefined, 'hardship_category')).toBe('predicate');
  });
});

describe('a claimed officer', () => {
  const claimed = (purpose: string, ask: Partial<Ask> = {}, caller: Partial<Caller> = {}) =>
    run(purpose, { authenticated: false, appointed: false, ...ask }, caller);
  const mild = new Set(children.claimed.levels);

  test.each([...children.purposes.keys()])(
    'sees of %s only what is of a claimed level, and yes or no',
    (purpose) => {
      const screening = claimed(purpose);
      if (!screening.ok) return expect(screening.code).toMatch(/PERSON_REQUIRED|NO_IMMINENT_DANGER/);
      for (const [field, { form, secondPerson }] of screening.cells) {
        const level = children.fields.get(field)?.level ?? 'L4';
        expect(mild.has(level) || form === 'predicate' || form === 'token', field).toBe(true);
        expect(secondPerson && children.purposes.get(purpose)?.approval !== 'afterwards').toBeFalsy();
      }
    },
  );

  test('learns the fields that need a login, for any subject', () => {
    const screening = claimed('S1', { fields: ['name', 'schooling_status'] }, { roles: ['school'] });
    if (!screening.ok) throw new Error(screening.code);
    expect([...screening.cells.keys()]).toEqual(['schooling_status']);
    expect(screening.withheld.get('name')).toMatchObject({ code: 'PERSON_REQUIRED', rule: 'A4.2' });
    expect(run('S1', { fields: ['name'] })).toMatchObject({ ok: true, withheld: new Map() });
  });

  test('asks for no office without a caseload, and for one with a caseload as well within it', () => {
    const needed = { code: 'PERSON_REQUIRED', rule: 'MNPR36' };
    for (const ask of [{}, { authenticated: true }]) {
      expect(claimed('S1', ask, { roles: ['county-education'] })).toMatchObject(needed);
      expect(claimed('S1', ask, { roles: ['county-education', 'school'] })).toMatchObject({
        ok: true,
        facts: expect.arrayContaining(['school_name']),
      });
    }
  });
});
