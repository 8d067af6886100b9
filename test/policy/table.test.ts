/** Every decision of each shipped pack in every state, compared with its release table and with its prohibitions. */
import { describe, expect, test } from 'vitest';
import { cellLetter } from '../../shared/policy/compile/show/matrix.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import type { Decision, Situation } from '../../shared/policy/types.ts';
import { PROFILES, type Profile } from './profiles.ts';
import { artefact, askFor, callerFor, NOW, situation } from './support.ts';
import { type ReleaseTable, releaseTable } from './tables.ts';

/** Within the time of every purpose. */
const RECENT = { from: '2026-03-01T00:00:00Z', at: '2026-03-01T00:00:00Z' };

/** Every state of consent that the pack tells apart. */
function* situations(profile: Profile, purpose: string): Generator<Situation> {
  const { pack, births, states, own, acts, area } = profile;
  for (const birth_date of births)
    for (const state of states)
      for (const said of acts)
        yield situation({
          county: area,
          facts: { ...state, ...own, ...(birth_date !== null && { birth_date }) },
          consents: said.map(([giver, act, relation]) =>
            artefact(pack, purpose, giver, act, {
              ...RECENT,
              id: [giver, act, relation].join('-'),
              ...(relation !== undefined && { relation }),
            }),
          ),
        });
}

const callerOf = ({ pack, area }: Profile, purpose: string, role: string) =>
  callerFor(pack, purpose, {
    roles: [role],
    departments: pack.roles.get(role)?.departments ?? [],
    areas: [area],
  });

/** What the owners may have said: nothing, yes to all, yes to one field only, yes to a field that was not requested. */
const approvalsOf = ({ pack, strict }: Profile): Situation['approval'][] => [
  undefined,
  approves([...pack.fields.keys()]),
  approves([strict]),
  approves(['no_such_field']),
];

function approves(fields: readonly string[]): NonNullable<Situation['approval']> {
  return { fields: new Map(fields.map((field) => [field, `entry-of-${field}`])) };
}

const made = new Map<string, Decision[]>();

/** One decision for each set of fields. All of them would fill the memory. */
function decisions(profile: Profile, purpose: string, role: string): Decision[] {
  const key = [profile.name, purpose, role].join(' ');
  const known = made.get(key) ?? distinct(decideAll(profile, purpose, role));
  made.set(key, known);
  return known;
}

function* decideAll(profile: Profile, purpose: string, role: string): Generator<Decision> {
  const { pack } = profile;
  const caller = callerOf(profile, purpose, role);
  const approvals = approvalsOf(profile);
  const all = approves([...pack.fields.keys()]);
  for (const given of profile.asks(purpose)) {
    const ask = askFor(pack, purpose, { request: 'request-1', ...given });
    const plain = askFor(pack, purpose, given);
    for (const about of situations(profile, purpose)) {
      for (const approval of approvals) {
        const decision = decide(pack, caller, ask, { ...about, ...(approval && { approval }) }, NOW);
        yield checkApproval(profile, purpose, decision, approval?.fields ?? new Map());
      }
      // A request that is named is worth what it approves; one that is not named is worth nothing.
      const unnamed = decide(pack, caller, plain, { ...about, approval: all }, NOW);
      yield checkApproval(profile, purpose, unnamed, new Map());
    }
  }
}

/** No field that needs a yes beforehand goes out without one, and the decision names the yes that it relied on. */
function checkApproval(
  { pack }: Profile,
  code: string,
  decision: Decision,
  approved: ReadonlyMap<string, string>,
): Decision {
  const { approval } = pack.purposes.get(code) ?? {};
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

describe.each(PROFILES)('the release table of $name', (profile) => {
  const { pack, sealed } = profile;
  const { matrix, purposes: codes, prohibited } = releaseTable(profile.tables);

  test('the pack has the fields and purposes of the table, and no sealed record', () => {
    const fields = Object.keys(matrix).filter((name) => name !== sealed);
    expect([...pack.fields.keys()].sort()).toEqual(fields.sort());
    expect([...pack.purposes.keys()].sort()).toEqual([...codes].sort());
    expect([...pack.prohibited.keys()].sort()).toEqual([...prohibited].sort());
    expect(pack.sealed).toContain(sealed);
    expect(JSON.stringify([...pack.fields, ...pack.purposes])).not.toContain(sealed);
  });

  test.each(codes)('%s equals the table cell by cell', (code) => {
    for (const field of pack.fields.keys()) {
      expect(cellLetter(pack.purposes.get(code)?.cells.get(field)), field).toBe(matrix[field]?.[code]);
    }
  });

  test.each(codes)('%s in every state, for every role', (code) => {
    const { who = [], unlisted } = pack.purposes.get(code) ?? {};
    const expected = unlisted === undefined ? 'PURPOSE_NOT_FOR_ROLE' : 'BODY_UNLISTED';
    for (const role of pack.roles.keys()) {
      if (who.includes(role)) {
        for (const row of decisions(profile, code, role)) checkRow(profile, code, row, matrix);
        continue;
      }
      const caller = callerOf(profile, code, role);
      const { reason } = decide(pack, caller, askFor(pack, code), situation({ county: profile.area }), NOW);
      expect(reason, role).toBe(expected);
    }
  });

  test('every releasable field is released in some state', () => {
    for (const code of codes) {
      if (profile.unreachable.includes(code)) continue;
      const released = new Set(
        (pack.purposes.get(code)?.who ?? [])
          .flatMap((role) => decisions(profile, code, role))
          .flatMap((decision) => [...decision.fields.keys()]),
      );
      expect([...released].sort(), code).toEqual([...(pack.purposes.get(code)?.cells.keys() ?? [])].sort());
    }
  });

  test.each(profile.prohibited)('%s is refused in every state, for every role', (code) => {
    const [purpose = ''] = codes;
    for (const role of pack.roles.keys()) {
      const caller = { ...callerOf(profile, purpose, role), purposes: [code] };
      const verdicts = new Set(
        [...situations(profile, code)].map(
          (about) => decide(pack, caller, askFor(pack, code, { reason: 'x' }), about, NOW).verdict,
        ),
      );
      expect([...verdicts]).toEqual(['DENY_ALERT']);
    }
  });
});

/** Rows that release the same fields are checked once; a refusal that holds fields fails at once. */
function distinct(rows: Iterable<Decision>): Decision[] {
  const found = new Map<string, Decision>();
  for (const row of rows) {
    if (row.outcome === 'refused' && row.fields.size > 0) throw new Error('a refusal holds fields');
    found.set([row.outcome, ...row.fields.keys()].join(' '), row);
  }
  return [...found.values()];
}

function checkRow(profile: Profile, code: string, decision: Decision, matrix: ReleaseTable['matrix']): void {
  const { pack, forms, never } = profile;
  const purpose = pack.purposes.get(code);
  // Purposes that need an approval as a whole, so that no cell of theirs needs one of its own.
  const whole = purpose?.approval === 'case' || purpose?.approval === 'four-eyes';
  for (const [field, { cell }] of decision.fields) {
    const place = `${code} ${field} ${decision.reason}`;
    expect(cell, place).toBe(purpose?.cells.get(field));
    expect(cellLetter(cell), place).toBe(matrix[field]?.[code]);
    expect(never[code] ?? [], place).not.toContain(field);
    if (forms[code]) expect(cell.form, place).toBe(forms[code]);
    const restricted = pack.classes.get(pack.fields.get(field)?.class ?? '')?.restricted;
    if (restricted && cell.form === 'plain') expect(cell.secondPerson || whole, place).toBe(true);
  }
}
