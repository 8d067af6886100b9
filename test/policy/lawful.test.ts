/** Lawful bases by ground, equal givers, and the judgement of a practitioner, on the shipped pack with a chapter changed. */
import { describe, expect, it } from 'vitest';
import { compileTree } from '../../shared/policy/compile/compile-tree.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import { consentFor } from '../../shared/policy/decide/evidence.ts';
import { kindOf, lawfulBasisOf } from '../../shared/policy/decide/ground.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Pack, Purpose } from '../../shared/policy/pack/pack.ts';
import type { Evidence } from '../../shared/policy/pack/parts.ts';
import { readSource } from '../../shared/policy/schema/source.ts';
import type { Ask, ConsentArtefact } from '../../shared/policy/types.ts';
import { faultsOf } from './changed-pack.ts';
import { artefact, askFor, CHILDREN_FOLDER, callerFor, children, NOW, situation } from './support.ts';

const KINDS = [
  { kind: 'consent', basis: 'consent' },
  { kind: 'statutory', basis: 'public-task' },
];

/** W1 on two bases. */
const two = withPurpose({ kinds: KINDS });

function withPurpose(change: Partial<Purpose>): Pack {
  const w1 = children.purposes.get('W1') as Purpose;
  const changed = Object.create(w1, Object.getOwnPropertyDescriptors({ ...change })) as Purpose;
  return { ...children, purposes: new Map([...children.purposes, ['W1', changed]]) };
}

describe('a purpose with several lawful bases', () => {
  const caller = callerFor(two, 'W1');
  const purpose = two.purposes.get('W1') as Purpose;
  const ask = (change: Partial<Ask>) => askFor(two, 'W1', change);

  it('takes the ground of the basis that the request names, or else the first', () => {
    expect(kindOf(purpose, caller, ask({}))).toBe('consent');
    expect(kindOf(purpose, caller, ask({ basis: 'public-task' }))).toBe('statutory');
    expect(lawfulBasisOf(purpose, caller, ask({}))).toBe('consent');
    expect(lawfulBasisOf(purpose, caller, ask({ basis: 'public-task' }))).toBe('public-task');
  });

  it('decides by it, and refuses any other before a look-up', () => {
    const facts = { birth_date: '2015-01-01', guardianship_status: { status: 'normal' } };
    const reason = (basis: string) => decide(two, caller, ask({ basis }), situation({ facts }), NOW).reason;
    expect(reason('consent')).toBe('GUARDIAN_CONSENT_MISSING');
    expect(reason('public-task')).toBe('STATUTORY_PIPL13_3');
    expect(screen(two, caller, ask({ basis: 'vital-interest' }), NOW)).toMatchObject({
      ok: false,
      code: 'BASIS_NOT_ALLOWED',
    });
    expect(
      screen(children, callerFor(children, 'W1'), askFor(children, 'W1', { basis: 'consent' }), NOW),
    ).toMatchObject({ code: 'BASIS_NOT_ALLOWED' });
  });
});

function withEvidence(change: Partial<Evidence>): Pack {
  const { consent } = children;
  return { ...children, consent: { ...consent, evidence: { ...consent.evidence, ...change } } };
}

/** What the table reads, shown by the reason of a pack whose acts are these. */
function outcome(pack: Pack, consents: readonly ConsentArtefact[]) {
  const facts = { birth_date: '2015-01-01', guardianship_status: { status: 'normal' } };
  const matter = {
    caller: callerFor(pack, 'D1'),
    ask: askFor(pack, 'D1'),
    situation: situation({ facts, consents }),
    now: NOW,
    kind: 'consent',
    cells: pack.purposes.get('D1')?.cells ?? new Map(),
  };
  return consentFor(pack, matter);
}

describe('equal givers', () => {
  const equal = withEvidence({
    acts: [
      { input: 'guardianConsent', givers: ['guardian'], giver: 'consentGivenBy', others: 'otherParent' },
    ],
  });
  const said = (relation: string, act: ConsentArtefact['act'], at: string) =>
    artefact(equal, 'D1', 'guardian', act, {
      id: `${relation}-${act}`,
      relation,
      at: `2026-02-${at}T00:00:00Z`,
    });
  const reason = (...consents: ConsentArtefact[]) => outcome(equal, consents).reason;

  it('consent alone, whichever of them it is', () => {
    for (const relation of ['mother', 'father'])
      expect(reason(said(relation, 'given', '01'))).toBe('GUARDIAN_CONSENT_U14');
  });

  it('object against one another, in any order', () => {
    const consents = [said('mother', 'given', '01'), said('father', 'objects', '02')];
    expect(reason(...consents)).toBe('PARENTS_DISAGREE');
    expect(reason(...consents.reverse())).toBe('PARENTS_DISAGREE');
    expect(reason(said('father', 'objects', '01'), said('mother', 'given', '02'))).toBe('PARENTS_DISAGREE');
  });

  it('take back only what they said themselves', () => {
    const given = said('mother', 'given', '01');
    expect(reason(given, said('mother', 'refused', '02'))).toBe('GUARDIAN_REFUSED');
    expect(reason(said('father', 'refused', '01'), said('father', 'given', '02'))).toBe(
      'GUARDIAN_CONSENT_U14',
    );
    expect(outcome(equal, [given, said('father', 'given', '02')]).used).toEqual(['father-given']);
  });
});

describe('a judgement of ability', () => {
  const judging = withEvidence({
    judgement: { input: 'guardianInformed', roles: ['hospital'] },
    acts: [{ input: 'childConsent', givers: ['child'] }],
  });
  const judged = (act: ConsentArtefact['act'], at: string) =>
    artefact(judging, 'D1', 'child', act, { at: `2026-02-${at}T00:00:00Z` });

  it('is an input of the table by its last word, and one that the decision names', () => {
    const used = (...consents: ConsentArtefact[]) => outcome(judging, consents).used;
    expect(used(judged('able', '01'), judged('unable', '02'))).toEqual(['child-unable']);
    expect(used(judged('able', '02'), judged('unable', '01'))).toEqual(['child-able']);
    expect(used(judged('able', '01'), judged('unable', '01'))).toEqual(['child-unable']);
  });

  it('is about this purpose and recipient alone, and ends', () => {
    const elsewhere = { ...judged('able', '01'), recipient: 'another' };
    const ended = { ...judged('able', '01'), until: '2026-02-02T00:00:00Z' };
    expect(outcome(judging, [elsewhere]).used).toEqual([]);
    expect(outcome(judging, [ended]).used).toEqual([]);
  });

  it('is no consent', () => {
    expect(outcome(judging, [judged('able', '01')]).covered?.size).toBe(0);
  });
});

describe('the compiler', () => {
  it('knows every name', () => {
    const faults = (file: string, from: string, to: string) => faultsOf(file, from, to).join('\n');
    expect(faults('purposes/W1.yaml', 'kind: statutory', 'kind: statutory, basis: consent')).toContain(
      'there is no lawful basis "consent"',
    );
    const bases = 'lawfulBases: { task: { label: { en: Task, zh: 任务 }, rule: A9.9 } }\nareaField:';
    expect(faults('pack.yaml', 'areaField:', bases)).toContain('there is no rule "A9.9"');
    expect(faults('pack.yaml', 'areaField:', bases.replace('A9.9', 'A7.1'))).toContain(
      'purposes/W1.yaml:5:9: name the lawful basis of this ground: one of task',
    );
    const [role] = [...children.roles.keys()];
    const judgement = (name = '') =>
      `  judgement: { input: childConsent, roles: [${name}] }\n  maxMonths: 12`;
    expect(faults('consent.yaml', '  maxMonths: 12', judgement('no-such-role'))).toContain(
      'there is no role "no-such-role"',
    );
    expect(faults('consent.yaml', '  maxMonths: 12', judgement(role))).toContain('has the values able');
    expect(faults('consent.yaml', 'others: otherParent', 'others: unheard-of')).toContain(
      'there is no input "unheard-of"',
    );
    expect(faults('approvals.yaml', 'open: 20', 'open: 20\n  refusals: { rule: X1, why: {} }')).toContain(
      'there is no rule "X1"',
    );
  });
});

describe('a pack without approvals', () => {
  it('has no cell that takes a second person, because nothing would ever release it', () => {
    const tree = readSource(CHILDREN_FOLDER).tree;
    const { approvals: _, ...without } = tree;
    const faults: string[] = [];
    compileTree(without, (path, message) => faults.push(`${path.join('/')}: ${message}`));
    // Said once, not of each of some hundred cells.
    expect(faults.filter((one) => one.includes('a second person decides'))).toEqual([
      expect.stringMatching(/^purposes\/\w+\/cells\/\w+: .* the pack has no `approvals` that say who/),
    ]);
  });
});
