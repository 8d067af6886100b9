/** Every decision in every state, compared with the release table and with the prohibitions. */
import { describe, expect, test } from 'vitest';
import { cellLetter } from '../../shared/policy/compile/matrix.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import type { ConsentArtefact, Decision, Json, Situation } from '../../shared/policy/types.ts';
import { AT_DESK, artefact, askFor, callerFor, children, NOW, situation } from './support.ts';
import { type ReleaseTable, releaseTable } from './tables.ts';

/** Within the time of every purpose. */
const RECENT = { from: '2026-03-01T00:00:00Z', at: '2026-03-01T00:00:00Z' };

const { matrix, purposes: codes, prohibited } = releaseTable();
const SEALED = 'offence_record';

const BIRTHS: Json[] = [
  '2021-01-01',
  '2016-01-01',
  '2012-03-10',
  '2010-01-01',
  '2008-03-10',
  '2000-01-01',
  null,
];
const GUARDIANS: Json[] = [
  { status: 'normal', conflict: false },
  { status: 'normal', conflict: true },
  { status: 'revoked' },
  { status: 'temporary-state', conflict: true },
  null,
];
/** What the owners may have said: nothing, yes to all, yes to one field only, yes to a field that was not requested. */
const APPROVALS: ReadonlyMap<string, Situation['approval']> = new Map([
  ['none', undefined],
  ['all', approves([...children.fields.keys()])],
  ['one', approves(['illness'])],
  ['another', approves(['no_such_field'])],
]);
/** Of the caller's own institution, as far as a purpose asks for that. */
const OWN = {
  placement_site: { institution: 'own-institution' },
  school_name: 'own-institution',
  ...AT_DESK.facts,
};
type Act = [ConsentArtefact['giver'], ConsentArtefact['act']];
const CHILD: Act[][] = [[], [['child', 'given']], [['child', 'refused']], [['child', 'withdrawn']]];
const GUARDIAN: Act[][] = [
  [],
  [['guardian', 'given']],
  [['guardian', 'informed']],
  [['guardian', 'objects']],
  [['guardian', 'withdrawn']],
  [['carer', 'given']],
  [['substitute', 'given']],
  [['substitute', 'informed']],
  [
    ['guardian', 'given'],
    ['other-parent', 'refused'],
  ],
];

/** Every state of consent that the pack tells apart. */
function* situations(purpose: string): Generator<Situation> {
  for (const birth_date of BIRTHS) {
    for (const guardianship_status of GUARDIANS) {
      for (const able_to_express_will of [true, false]) {
        for (const acts of CHILD.flatMap((child) => GUARDIAN.map((guardian) => [...child, ...guardian]))) {
          const facts: Record<string, Json> = { able_to_express_will, ...OWN };
          if (birth_date !== null) facts['birth_date'] = birth_date;
          if (guardianship_status !== null) facts['guardianship_status'] = guardianship_status;
          yield situation({
            facts,
            consents: acts.map(([giver, act]) => artefact(children, purpose, giver, act, RECENT)),
          });
        }
      }
    }
  }
}

const made = new Map<string, Decision[]>();

function decisions(purpose: string, role: string): Decision[] {
  const known = made.get(`${purpose} ${role}`) ?? decideAll(purpose, role);
  made.set(`${purpose} ${role}`, known);
  return known;
}

function decideAll(purpose: string, role: string): Decision[] {
  const caller = callerFor(children, purpose, {
    roles: [role],
    departments: children.roles.get(role)?.departments ?? [],
  });
  const asks = [{}, { inquirer: 'child' }, { inquirer: 'guardian' }].slice(0, purpose === 'X1' ? 3 : 1);
  return asks.flatMap((extra) => {
    const given = { imminentDangerAttested: purpose === 'E1', ...extra };
    const ask = askFor(children, purpose, { request: 'request-1', ...given });
    const plain = askFor(children, purpose, given);
    return [...situations(purpose)].flatMap((about) => {
      const row = (approval: string) => {
        const state = approvalState(approval);
        const decision = decide(children, caller, ask, { ...about, ...state }, NOW);
        return checkApproval(purpose, decision, state.approval?.fields ?? new Map());
      };
      // A request that is named is worth what it approves; one that is not named is worth nothing.
      const rows = [...APPROVALS.keys()].map((approval) => row(approval));
      const unnamed = decide(children, caller, plain, { ...about, ...approvalState('all') }, NOW);
      return [...rows, checkApproval(purpose, unnamed, new Map())];
    });
  });
}

const approvalState = (name: string) => {
  const approval = APPROVALS.get(name);
  return approval ? { approval } : {};
};

function approves(fields: readonly string[]): NonNullable<Situation['approval']> {
  return { fields: new Map(fields.map((field) => [field, `entry-of-${field}`])) };
}

/** No field that needs a yes beforehand goes out without one, and the decision names the yes that it relied on. */
function checkApproval(code: string, decision: Decision, approved: ReadonlyMap<string, string>): Decision {
  const { approval } = children.purposes.get(code) ?? {};
  const relied = [...decision.fields].flatMap(([field, { cell }]) =>
    approval === 'four-eyes' || (cell.secondPerson && approval !== 'afterwards') ? [field] : [],
  );
  for (const field of relied)
    if (!approved.has(field)) throw new Error(`${code} ${field} without an approval`);
  const entries = relied.map((field) => approved.get(field));
  if (new Set(decision.approvals).size !== new Set(entries).size)
    throw new Error(`${code} names other approvals`);
  return decision;
}

const NEVER_TO_MEDIA = [
  'name',
  'hukou_address',
  'residence_address',
  'placement_site',
  'photo',
  'av_recording',
  'school_name',
  'student_no',
];

describe('the release table', () => {
  test('the pack has the fields and purposes of the table, and no sealed record', () => {
    expect([...children.fields.keys()].sort()).toEqual(
      Object.keys(matrix)
        .filter((name) => name !== SEALED)
        .sort(),
    );
    expect([...children.purposes.keys()].sort()).toEqual([...codes].sort());
    expect([...children.prohibited.keys()].sort()).toEqual([...prohibited].sort());
    expect(JSON.stringify([...children.fields, ...children.purposes])).not.toContain(SEALED);
  });

  test.each(codes)('%s equals the table cell by cell', (code) => {
    for (const field of children.fields.keys()) {
      expect(cellLetter(children.purposes.get(code)?.cells.get(field)), field).toBe(matrix[field]?.[code]);
    }
  });

  test.each(codes)('%s in every state, for every role', (code) => {
    const { who = [], unlisted } = children.purposes.get(code) ?? {};
    const expected = unlisted === undefined ? 'PURPOSE_NOT_FOR_ROLE' : 'BODY_UNLISTED';
    for (const role of children.roles.keys()) {
      if (!who.includes(role)) {
        const caller = callerFor(children, code, {
          roles: [role],
          departments: children.roles.get(role)?.departments ?? [],
        });
        expect(decide(children, caller, askFor(children, code), situation(), NOW).reason, role).toBe(
          expected,
        );
        continue;
      }
      for (const cells of distinct(decisions(code, role))) checkRow(code, cells, matrix);
    }
  });

  test('every releasable field is released in some state', () => {
    for (const code of codes) {
      if (code === 'M1') continue; // needs proofs that no situation carries yet
      const released = new Set(
        (children.purposes.get(code)?.who ?? [])
          .flatMap((role) => decisions(code, role))
          .flatMap((decision) => [...decision.fields.keys()]),
      );
      expect([...released].sort(), code).toEqual(
        [...(children.purposes.get(code)?.cells.keys() ?? [])].sort(),
      );
    }
  });

  test.each(['PX1', 'PX4', 'PX8'])('%s is refused in every state, for every role', (code) => {
    for (const role of children.roles.keys()) {
      const caller = callerFor(children, 'S1', { roles: [role], purposes: [code] });
      const reasons = new Set(
        [...situations(code)].map(
          (about) => decide(children, caller, askFor(children, code, { reason: 'x' }), about, NOW).verdict,
        ),
      );
      expect([...reasons]).toEqual(['DENY_ALERT']);
    }
  });
});

/** Rows that release the same fields are checked once; a refusal that holds fields fails at once. */
function distinct(rows: readonly Decision[]): Decision[] {
  const found = new Map<string, Decision>();
  for (const row of rows) {
    if (row.outcome === 'refused' && row.fields.size > 0) throw new Error('a refusal holds fields');
    found.set([row.outcome, ...row.fields.keys()].join(' '), row);
  }
  return [...found.values()];
}

function checkRow(code: string, decision: Decision, matrix: ReleaseTable['matrix']): void {
  for (const [field, { cell }] of decision.fields) {
    const place = `${code} ${field} ${decision.reason}`;
    expect(cell, place).toBe(children.purposes.get(code)?.cells.get(field));
    expect(cellLetter(cell), place).toBe(matrix[field]?.[code]);
    if (code === 'M1') expect(NEVER_TO_MEDIA, place).not.toContain(field);
    if (code === 'M1' || code === 'A1') expect(cell.form, place).toBe('generalised');
    if (code === 'C1' || code === 'C2') expect(cell.form, place).toBe('predicate');
    const restricted = children.classes.get(children.fields.get(field)?.class ?? '')?.restricted;
    if (restricted && cell.form === 'plain')
      expect(cell.secondPerson || APPROVED.has(code), place).toBe(true);
  }
}

/** Purposes that need an approval as a whole, so that no cell of theirs needs one of its own. */
const APPROVED = new Set(
  [...children.purposes.values()]
    .filter(({ approval }) => approval === 'case' || approval === 'four-eyes')
    .map(({ code }) => code),
);
