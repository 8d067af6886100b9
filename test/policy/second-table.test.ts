/** The whole decision table of the second law: every purpose, field, role and state that its pack tells apart. */
import { describe, expect, test } from 'vitest';
import { cellLetter } from '../../shared/policy/compile/show/matrix.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import type { ConsentArtefact, Decision, Situation } from '../../shared/policy/types.ts';
import { artefact, askFor, callerFor, compileFolder, HOUSING_FOLDER, NOW, situation } from './support.ts';

const housing = compileFolder(HOUSING_FOLDER);
const SELF = 'tenant';

/** The matrix as the ordinance says it, in the letters of the rules. */
const MATRIX: Record<string, Record<string, string>> = {
  tenant: { AID: 'M', CHECK: '-' },
  born: { AID: 'G', CHECK: '-' },
  quarter: { AID: 'G', CHECK: '-' },
  rent: { AID: 'P', CHECK: 'B' },
};

/** Where this law holds it is still the evening of the 9th. */
const BIRTHS = [undefined, '2030-01-01', '2010-05-06', '2005-03-09', '2005-03-10', '1990-05-06'];
const ACTS: (ConsentArtefact['act'] | undefined)[] = [undefined, 'given', 'refused', 'withdrawn', 'objects'];
const COUNTIES = ['1234', '4321', null];

interface State {
  about: Situation;
  born: string | undefined;
  act: ConsentArtefact['act'] | undefined;
  county: string | null;
}

function* states(purpose: string): Generator<State> {
  for (const born of BIRTHS)
    for (const act of ACTS)
      for (const county of COUNTIES)
        for (const frozen of [false, true])
          for (const disputed of [[], ['rent']])
            for (const scope of [purpose, 'OTHER']) {
              const consents = act === undefined ? [] : [artefact(housing, scope, SELF, act)];
              const facts: Record<string, string> = born === undefined ? {} : { born };
              const about = situation({ county, frozen, disputed, facts, consents });
              yield { about, born, act: scope === purpose ? act : undefined, county };
            }
}

const run = (purpose: string, role: string, about: Situation): Decision => {
  const departments = housing.roles.get(role)?.departments ?? [];
  const caller = callerFor(housing, purpose, { areas: ['1234'], roles: [role], departments });
  return decide(housing, caller, askFor(housing, purpose), about, NOW);
};

describe.each([...housing.purposes.keys()])('%s', (purpose) => {
  test('equals the matrix cell by cell', () => {
    for (const field of housing.fields.keys()) {
      expect(cellLetter(housing.purposes.get(purpose)?.cells.get(field)), field).toBe(
        MATRIX[field]?.[purpose],
      );
    }
  });

  test.each([...housing.roles.keys()])('in every state, for %s', (role) => {
    const { who = [], cells } = housing.purposes.get(purpose) ?? {};
    let [rows, released] = [0, 0];
    for (const { about, born, act, county } of states(purpose)) {
      rows++;
      const decision = run(purpose, role, about);
      const place = JSON.stringify([born, act, county, about.frozen, decision.reason]);
      const age = born === undefined ? null : born <= '2005-03-09' ? 'major' : 'minor';
      const may =
        who.includes(role) &&
        !about.frozen &&
        county === '1234' &&
        (purpose === 'CHECK' || (age === 'major' && act === 'given'));
      expect(decision.outcome, place).toBe(may ? 'release' : 'refused');
      if (!may) expect(decision.fields.size, place).toBe(0);
      if (may) released++;
      for (const [field, { cell }] of decision.fields) {
        expect(cell, place).toBe(cells?.get(field));
        expect(about.disputed, place).not.toContain(field);
        // A landlord learns yes or no, the gazette nothing, and no caller a restricted value without an approval.
        if (role === 'landlord') expect(cell.form, place).toBe('predicate');
        const restricted = housing.classes.get(housing.fields.get(field)?.class ?? '')?.restricted;
        if (restricted && cell.form === 'plain') expect(housing.purposes.get(purpose)?.approval).toBe('case');
      }
    }
    expect(rows).toBe(BIRTHS.length * ACTS.length * COUNTIES.length * 8);
    expect(released > 0).toBe(who.includes(role));
  });
});

test('its prohibited use is refused in every state, for every role, and no sealed record is in it', () => {
  for (const role of housing.roles.keys()) {
    const verdicts = new Set([...states('PY1')].map(({ about }) => run('PY1', role, about).verdict));
    expect([...verdicts]).toEqual(['DENY_ALERT']);
  }
  expect([...housing.fields.keys()]).toEqual(Object.keys(MATRIX));
  expect(housing.sealed).toEqual(['debts']);
});
