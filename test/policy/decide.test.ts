import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/policy/decide/decide.ts';
import type { ConsentArtefact, Json, Situation } from '../../shared/policy/types.ts';
import { AT_DESK, artefact, askFor, callerFor, children, NOW, noon, situation } from './support.ts';

const run = (purpose: string, about: Partial<Situation> = {}, now = NOW, change = {}) =>
  decide(
    children,
    callerFor(children, purpose, change),
    askFor(children, purpose, { imminentDangerAttested: purpose === 'E1' }),
    situation(about),
    now,
  );

const facts = (birth_date: Json, more: Record<string, Json> = {}) => ({
  birth_date,
  guardianship_status: { status: 'normal', conflict: false },
  able_to_express_will: true,
  ...more,
});

const consents = (...acts: [ConsentArtefact['giver'], ConsentArtefact['act'], Partial<ConsentArtefact>?][]) =>
  acts.map(([giver, act, change]) => artefact(children, 'F1', giver, act, change));

describe('statutory purposes', () => {
  test('release and notify', () => {
    const decision = run('S1');
    expect(decision).toMatchObject({
      outcome: 'release',
      verdict: 'ALLOW_NOTIFY',
      obligations: ['NO_PUBLICATION', 'NOTIFY'],
    });
    expect(decision.fields.get('name')?.cell.form).toBe('plain');
    expect(decision.fields.has('illness')).toBe(false);
  });
  test('defer the notice if the guardian is in conflict, by the fact or by the flag', () => {
    const conflict = { guardianship_status: { status: 'normal', conflict: true } };
    expect(run('S1', { facts: conflict }).obligations).toContain('DEFER_NOTICE');
    expect(run('S1', { conflict: true, facts: {} }).obligations).toContain('DEFER_NOTICE');
    expect(
      run('S1', { others: { guardianship_status: [{ status: 'normal', conflict: true }] } }).obligations,
    ).toContain('DEFER_NOTICE');
  });
  test('a bare status says nothing about a conflict', () => {
    expect(run('S1', { facts: { guardianship_status: 'normal' } }).verdict).toBe('ALLOW_NOTIFY');
  });
  test('a kindergarten needs consent', () => {
    expect(
      run('S1', { facts: { ...facts('2021-01-01'), school_name: 'own-institution' } }, NOW, {
        roles: ['kindergarten'],
      }),
    ).toMatchObject({
      outcome: 'refused',
      reason: 'GUARDIAN_CONSENT_MISSING',
    });
  });
});

describe('areas', () => {
  test('the county decides, and an unknown one is in no area', () => {
    expect(run('W1', { county: '990002' }).reason).toBe('OUT_OF_AREA');
    expect(run('W1', { county: null }).reason).toBe('OUT_OF_AREA');
    expect(run('W1', {}, NOW, { areas: [] }).reason).toBe('OUT_OF_AREA');
  });
  test('a finer area needs the fact, from every owner', () => {
    const village = { areas: ['990001001'] };
    const at = (division_code: string) => ({ facts: { division_code, guardianship_status: 'normal' } });
    expect(run('W3', at('990001001002'), NOW, village).outcome).toBe('release');
    expect(run('W3', at('990001002001'), NOW, village).reason).toBe('OUT_OF_AREA');
    expect(run('W3', at('990001'), NOW, village).reason).toBe('OUT_OF_AREA');
    expect(run('W3', {}, NOW, village).reason).toBe('OUT_OF_AREA');
    expect(
      run('W3', { ...at('990001001002'), others: { division_code: ['990001002001'] } }, NOW, village).reason,
    ).toBe('OUT_OF_AREA');
  });
  test('danger has no area', () => expect(run('E1', { county: '990002' }).outcome).toBe('release'));
});

describe('consent purposes', () => {
  const u14 = facts('2013-05-06');
  test('nothing without consent', () =>
    expect(run('F1', { facts: u14 }).reason).toBe('GUARDIAN_CONSENT_MISSING'));
  test('a guardian consents below 14', () => {
    const decision = run('F1', { facts: u14, consents: consents(['guardian', 'given']) });
    expect(decision).toMatchObject({
      outcome: 'release',
      reason: 'GUARDIAN_CONSENT_U14',
      consents: ['guardian-given'],
    });
  });
  test('a carer is not a guardian', () => {
    expect(run('F1', { facts: u14, consents: consents(['carer', 'given']) }).reason).toBe(
      'GUARDIAN_CONSENT_MISSING',
    );
  });
  test('the latest act counts, and at the same instant the one that is no consent', () => {
    expect(
      run('F1', { facts: u14, consents: consents(['guardian', 'given'], ['guardian', 'withdrawn']) }).reason,
    ).toBe('GUARDIAN_WITHDRAWN');
    const again = consents(['guardian', 'withdrawn'], ['guardian', 'given', { at: '2026-02-01T00:00:00Z' }]);
    expect(run('F1', { facts: u14, consents: again }).outcome).toBe('release');
  });
  test('a consent for another purpose or recipient does not count', () => {
    const other = [
      artefact(children, 'D1', 'guardian', 'given'),
      artefact(children, 'F1', 'guardian', 'given', { recipient: 'other' }),
    ];
    expect(run('F1', { facts: u14, consents: other }).reason).toBe('SCOPE_CHANGED_RECONSENT');
  });
  test('fields that the consent does not name are withheld', () => {
    const decision = run('F1', {
      facts: u14,
      consents: consents(['guardian', 'given', { fields: ['sex'] }]),
    });
    expect([...decision.fields.keys()]).toEqual(['sex']);
    expect(decision.heldBack.get('name')?.code).toBe('CONSENT_SCOPE');
  });
  test('a consent has an end: its own, and twelve months', () => {
    const consent = (change: Partial<ConsentArtefact>) =>
      run('F1', { facts: u14, consents: consents(['guardian', 'given', change]) }).reason;
    expect(consent({ until: '2026-03-01T00:00:00Z' })).toBe('GUARDIAN_CONSENT_MISSING');
    expect(consent({ from: '2025-03-01T00:00:00Z', until: '2030-01-01T00:00:00Z' })).toBe(
      'GUARDIAN_CONSENT_MISSING',
    );
    expect(consent({ until: 'soon' })).toBe('GUARDIAN_CONSENT_MISSING');
  });
  test('a consent ends with its purpose, if that has an end', () => {
    const consent = (days: number) => {
      const from = new Date(NOW - days * 86_400_000).toISOString();
      const given = { at: from, from, until: '2030-01-01T00:00:00Z' };
      return run('D1', { facts: u14, consents: [artefact(children, 'D1', 'guardian', 'given', given)] })
        .reason;
    };
    expect([consent(180), consent(181)]).toEqual(['GUARDIAN_CONSENT_U14', 'GUARDIAN_CONSENT_MISSING']);
  });
  test("a child's consent covers the fields about which the guardian was informed, while that is valid", () => {
    const teen = facts('2011-01-01');
    const given = (change: Partial<ConsentArtefact>) =>
      run('F1', { facts: teen, consents: consents(['child', 'given'], ['guardian', 'informed', change]) });
    const told = given({ fields: ['sex'] });
    expect([...told.fields.keys()]).toEqual(['sex']);
    expect(told.heldBack.get('name')?.code).toBe('CONSENT_SCOPE');
    expect(given({ until: '2026-03-01T00:00:00Z' }).reason).toBe('GUARDIAN_NOT_INFORMED_A12');
    // Additional information about a valid consent narrows nothing.
    const both = consents(['guardian', 'given'], ['guardian', 'informed', { fields: ['sex'] }]);
    expect([...run('F1', { facts: u14, consents: both }).fields.keys()]).toContain('name');
  });
  test("the guardian's consent from before the 14th birthday ends on it", () => {
    const given = consents(['guardian', 'given', { at: '2026-01-01T00:00:00Z' }]);
    expect(run('F1', { facts: facts('2012-03-01'), consents: given }).reason).toBe(
      'TURNED_14_CHILD_CONSENT_NEEDED',
    );
  });
  test("a child's consent ends with the 18th birthday", () => {
    const given = consents(['child', 'given'], ['guardian', 'informed']);
    expect(run('F1', { facts: facts('2008-03-10'), consents: given }).reason).toBe(
      'CHILD_CONSENT_GUARDIAN_INFORMED',
    );
    expect(run('F1', { facts: facts('2008-03-09'), consents: given }).reason).toBe(
      'ADULT_SELF_CONSENT_MISSING',
    );
  });
  test('a substitute consents for the state, and in a conflict', () => {
    const given = consents(['substitute', 'given']);
    const status = (guardianship_status: Json) =>
      run('F1', { facts: facts('2013-05-06', { guardianship_status }), consents: given });
    expect(status({ status: 'temporary-state', conflict: true }).outcome).toBe('release');
    expect(status({ status: 'normal', conflict: true }).outcome).toBe('release');
    expect(status('normal').reason).toBe('GIVER_NOT_GUARDIAN');
  });
  test('without facts nothing is assumed', () => {
    expect(run('F1', { facts: {}, consents: consents(['guardian', 'given']) }).reason).toBe('AGE_UNKNOWN');
    expect(
      run('F1', { facts: { birth_date: '2013-05-06' }, consents: consents(['guardian', 'given']) }).reason,
    ).toBe('GUARDIANSHIP_UNKNOWN');
  });
});

describe('the age at the moment of release', () => {
  const teen = consents(['child', 'given'], ['guardian', 'informed']);
  const at = (birth: Json, now: number) => run('F1', { facts: facts(birth), consents: teen }, now).reason;
  test('the day changes at midnight in Shanghai', () => {
    expect(at('2012-03-10', Date.parse('2026-03-09T15:59:59Z'))).toBe('GUARDIAN_CONSENT_MISSING');
    expect(at('2012-03-10', Date.parse('2026-03-09T16:00:00Z'))).toBe('BIRTHDAY_14_NEEDS_BOTH');
    expect(at('2012-03-10', Date.parse('2026-03-10T15:59:59Z'))).toBe('BIRTHDAY_14_NEEDS_BOTH');
    expect(at('2012-03-10', Date.parse('2026-03-10T16:00:00Z'))).toBe('CHILD_CONSENT_GUARDIAN_INFORMED');
  });
  test('29 February turns on 1 March of a common year', () => {
    expect(at('2012-02-29', noon('2026-02-28'))).toBe('GUARDIAN_CONSENT_MISSING');
    expect(at('2012-02-29', noon('2026-03-01'))).toBe('BIRTHDAY_14_NEEDS_BOTH');
    expect(at('2012-02-29', noon('2026-03-02'))).toBe('CHILD_CONSENT_GUARDIAN_INFORMED');
  });
  test('an estimated date near a boundary takes the stricter branch', () => {
    expect(at({ date: '2011-12-01', estimated: true }, NOW)).not.toBe('CHILD_CONSENT_GUARDIAN_INFORMED');
    expect(at({ date: '2010-06-01', estimated: true }, NOW)).toBe('CHILD_CONSENT_GUARDIAN_INFORMED');
  });
  test('if owners disagree the stricter value decides', () => {
    const about = { facts: facts('2011-01-01'), others: { birth_date: ['2013-01-01'] }, consents: teen };
    expect(run('F1', about).reason).toBe('GUARDIAN_CONSENT_MISSING');
  });
});

describe('a child who cannot express a will', () => {
  const basis = (text: string) => ({ able: false, basis: text });
  const run16 = (first: Json, ...rest: Json[]) => {
    const caller = callerFor(children, 'F1');
    const known = situation({
      facts: facts('2010-01-01', { able_to_express_will: first }),
      others: { able_to_express_will: rest },
      consents: consents(['guardian', 'given']),
    });
    return decide(children, caller, askFor(children, 'F1'), known, NOW).reason;
  };
  test.each<[string, Json[], string]>([
    ['one department', [basis('certificate 7')], 'CHILD_CONSENT_MISSING'],
    ['one department, against another', [basis('certificate 7'), true], 'CHILD_CONSENT_MISSING'],
    ['two, one without a basis', [basis('certificate 7'), { able: false }], 'CHILD_CONSENT_MISSING'],
    ['two without a basis', [false, false], 'CHILD_CONSENT_MISSING'],
    [
      'two, each with a basis',
      [basis('certificate 7'), basis('diagnosis 9')],
      'GUARDIAN_CONSENT_NO_CAPACITY',
    ],
  ])('is so by the word of %s', (_, [first = null, ...rest], reason) => {
    expect(run16(first, ...rest)).toBe(reason);
  });
});

describe('flags', () => {
  test('a freeze of a person stops every purpose but an emergency', () => {
    expect(run('R1', { frozen: true }).reason).toBe('FROZEN');
    expect(run('E1', { frozen: true }).outcome).toBe('release');
  });
  test('a disputed field goes only to the purposes that may have it, flagged', () => {
    expect(run('S1', { disputed: ['name'] }).heldBack.get('name')?.code).toBe('DISPUTED_FIELD');
    expect(run('E1', { disputed: ['name'] }).fields.get('name')).toMatchObject({ disputed: true });
  });
  test('an inquirer whose document differs from the record is unknown', () => {
    const caller = callerFor(children, 'X1');
    const known = situation({ facts: facts('2015-01-01', AT_DESK.facts) });
    const reasonFor = (inquirer: string, identity: Record<string, string> = {}) => {
      const shown = { ...AT_DESK.identity, ...identity };
      return decide(children, caller, askFor(children, 'X1', { inquirer, identity: shown }), known, NOW)
        .reason;
    };
    expect([reasonFor('child'), reasonFor('guardian')]).toEqual([
      'SUBJECT_SELF_ASSISTED',
      'SUBJECT_GUARDIAN',
    ]);
    expect(reasonFor('child', { id_number: '1' })).toBe('NOT_SUBJECT_OR_GUARDIAN');
    expect(reasonFor('guardian', { id_number: '1' })).toBe('SUBJECT_GUARDIAN');
    expect(reasonFor('guardian', { 'guardian_identity.name': '王大' })).toBe('NOT_SUBJECT_OR_GUARDIAN');
    const other = { guardian_identity: [{ name: '另一人', id_number: '2' }] };
    const disagree = { ...known, others: other };
    const ask = askFor(children, 'X1', { inquirer: 'guardian' });
    expect(decide(children, caller, ask, disagree, NOW).reason).toBe('NOT_SUBJECT_OR_GUARDIAN');
  });
  test("a guardian in conflict who inquires does not learn the child's place", () => {
    const caller = callerFor(children, 'X1');
    const ask = askFor(children, 'X1', { inquirer: 'guardian' });
    const decision = decide(
      children,
      caller,
      ask,
      situation({ facts: facts('2015-01-01', AT_DESK.facts), conflict: true }),
      NOW,
    );
    expect(decision.verdict).toBe('ALLOW_REDACTED');
    const shows = children.casework?.inquiries.guarded.shows.fields ?? [];
    expect([...decision.fields.keys()].sort()).toEqual([...shows].sort());
    expect(decision.heldBack.get('visit_notes')?.rule).toBe('A17.5');
  });
  test('publication needs a proof of notice and processing', () => {
    const ask = askFor(children, 'M1');
    const open = new Map(
      [...children.purposes].map(([code, purpose]) => [code, { ...purpose, approval: 'case' as const }]),
    );
    const decision = decide(
      { ...children, purposes: open },
      callerFor(children, 'M1'),
      ask,
      situation({ facts: facts('2011-01-01') }),
      NOW,
    );
    expect(decision.reason).toBe('NO_PRIOR_NOTICE');
  });
});
