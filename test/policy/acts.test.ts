/** The table of acts: the decision of one row, and the rows that the compiler refuses. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACT_NAMES } from '../../shared/acts.ts';
import { DATA_KINDS, GATEWAY_KINDS, OFFICE_KINDS } from '../../shared/entry-kinds.ts';
import { asClientId } from '../../shared/ids.ts';
import { checkCompiled } from '../../shared/policy/compile/check-compiled.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { diffPacks } from '../../shared/policy/compile/show/diff.ts';
import { actTableHash } from '../../shared/policy/decide/act-table.ts';
import { type Actor, ANY_MATTER, permits, seconds } from '../../shared/policy/decide/permits.ts';
import { faultText } from '../../shared/policy/schema/source.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { temporaryFolder } from '../support/folder.ts';
import { changed, faultsOf } from './changed-pack.ts';
import { PROFILES } from './profiles.ts';
import { CHILDREN_FOLDER, callerFor, children, compileFolder } from './support.ts';

const caller = (change: Partial<Caller>) => callerFor(children, 'W1', change);

const desk: Actor = {
  caller: caller({ roles: ['service-desk'], departments: ['MCA'] }),
  actions: ['casework'],
  person: 'authenticated',
};
const finance: Actor = { ...desk, caller: caller({ roles: ['treasury'], departments: ['FIN'] }) };

describe.each(PROFILES)('the rows of $name', ({ pack }) => {
  it('name a kind of log entry, or none', () => {
    const kinds: readonly string[] = [...DATA_KINDS, ...GATEWAY_KINDS, ...OFFICE_KINDS, 'none'];
    for (const name of ACT_NAMES) expect(kinds).toContain(pack.acts.get(name)?.entry);
  });

  it('are each open to a role of the pack, and take two people only if they have logged in', () => {
    const who = (role: string, person: Actor['person']): Actor => ({
      caller: callerFor(pack, '', { roles: [role], departments: pack.roles.get(role)?.departments ?? [] }),
      actions: ['intake', 'release', 'verify', 'casework', 'audit', 'steward'],
      person,
    });
    for (const name of ACT_NAMES) {
      const may = (person: Actor['person']) =>
        [...pack.roles.keys()].filter((role) => permits(pack, who(role, person), name, ANY_MATTER).ok);
      expect(may('authenticated'), name).not.toEqual([]);
      if (pack.acts.get(name)?.second) expect(may('claimed'), name).toEqual([]);
    }
  });
});

describe('a row', () => {
  it('checks the action, then the role, then the relation, then the person', () => {
    const withdraw = (actor: Actor, matter: object) => {
      const verdict = permits(children, actor, 'consent.withdraw', matter);
      return verdict.ok || verdict.code;
    };
    expect(withdraw(desk, { area: true })).toBe(true);
    expect(withdraw(desk, {})).toBe('NOT_FOUND');
    expect(withdraw({ ...desk, actions: ['intake'] }, { area: true })).toBe('ACTION_NOT_GRANTED');
    expect(withdraw(finance, { area: true })).toBe('NOT_FOUND');
    expect(withdraw(finance, { area: true, filer: true })).toBe(true);
    for (const person of ['none', 'claimed'] as const)
      expect(withdraw({ ...desk, person }, { area: true })).toBe('PERSON_REQUIRED');
  });

  it('counts a role only if a department of the caller may hold it', () => {
    const elsewhere = { ...desk, caller: caller({ roles: ['service-desk'], departments: ['FIN'] }) };
    expect(permits(children, elsewhere, 'objection.file', { area: true })).toMatchObject({
      code: 'ROLE_REQUIRED',
    });
    expect(permits(children, desk, 'objection.file', { area: true }).ok).toBe(true);
  });

  it('distinguishes kinds of thing', () => {
    const owner = { owner: true, area: true };
    expect(permits(children, finance, 'freeze.set', { ...owner, of: 'subject' }).ok).toBe(true);
    expect(permits(children, finance, 'freeze.set', { ...owner, of: 'agency' }).ok).toBe(false);
  });

  it('hides things of a kind that no way of the caller covers', () => {
    const codeOf = (act: 'freeze.lift' | 'case.read', actor: Actor, of: string) => {
      const verdict = permits(children, actor, act, { of });
      return verdict.ok || verdict.code;
    };
    const prosecutor = { ...desk, caller: caller({ roles: ['procuratorate'], departments: ['PROC'] }) };
    for (const whose of ['subject', 'agency', 'purpose'])
      expect(codeOf('freeze.lift', desk, whose)).toBe('NOT_FOUND');
    for (const whose of ['first', 'again']) expect(codeOf('case.read', prosecutor, whose)).toBe('NOT_FOUND');
  });

  it('refuses every caller if the pack has none', () => {
    const none = { ...children, acts: new Map() };
    for (const name of ACT_NAMES) expect(permits(none, desk, name, ANY_MATTER).ok).toBe(false);
  });
});

describe('the table', () => {
  it('changes its digest, the policy hash and the words of the difference with one way', () => {
    const folder = changed(
      'acts.yaml',
      'who: [{ actions: [audit] }]',
      'who: [{ actions: [audit, steward] }]',
    );
    const wider = compileFolder(folder);
    expect(actTableHash(wider)).not.toBe(actTableHash(children));
    expect(wider.hash).not.toBe(children.hash);
    const found = diffPacks(children, wider).filter(({ what }) => what === 'acts / log.read / steward');
    expect(found).toMatchObject([
      { before: 'audit: always, none', after: 'audit: always, none; steward: always, none' },
    ]);
  });

  it('is part of the policy hash', () => {
    const { pack } = compilePack(CHILDREN_FOLDER);
    expect(pack?.actTable).toBe(actTableHash(children));
    expect(checkCompiled({ ...pack, actTable: '0'.repeat(64) })).toMatchObject({ ok: false });
  });
});

describe('two people', () => {
  const one = { person: 'a.1', clientId: asClientId('x'), departments: ['MCA'] };
  const other = { person: 'a.2', clientId: asClientId('y'), departments: ['MCA'] };
  it('are always different, and of two lines if the row requires it', () => {
    const line = { second: { by: 'other-line', hours: 1 } } as const;
    expect(seconds({}, one, one)).toBe(false);
    expect(seconds({}, one, other)).toBe(true);
    expect(seconds(line, one, other)).toBe(false);
    expect(seconds(line, one, { ...other, departments: ['MPS'] })).toBe(true);
    expect(
      seconds(line, { ...one, departments: [] }, { ...other, clientId: asClientId('x'), departments: [] }),
    ).toBe(false);
  });
});

describe('the compiler refuses', () => {
  it.each([
    [
      'two people of whom one may be a claimed name',
      /person: authenticated\n {4}(second: \{ by: other-person, hours: 24 \})/,
      'person: claimed\n    $1',
      'two who have logged in',
    ],
    [
      'a second person of another line where one line acts',
      /(who: \[\{ actions: \[)steward(\] \}\]\n {4}person: authenticated\n {4}fresh: always\n {4}second: \{ by: )other-person/,
      '$1steward], roles: [police$2other-line',
      'only one line may act',
    ],
    [
      'a row that reaches a person by the code of a department',
      'needs: [speaks, area] }\n      - { actions: [casework], departments: [MCA]',
      'needs: [area] }\n      - { actions: [casework], departments: [MCA]',
      'any office of the area reaches a person here',
    ],
    [
      'a row by which any office holds a record',
      '{ actions: [casework], roles: &holders ',
      '{ actions: [casework] }, { actions: [casework], roles: &holders ',
      'any office of the area reaches a person here',
    ],
    [
      'a row that gives an institution everyone of the area',
      'roles: &desks [service-desk,',
      'roles: &desks [service-desk, school,',
      '"school" is an institution',
    ],
    [
      'a recent login on what the act does not know',
      /( {2}freeze\.lift:\n(?: {4}.*\n)+? {4}fresh: )always/,
      '$1oversight',
      'depend on "oversight"',
    ],
    [
      'a purpose on consent that no caller may file',
      /( {2}consent\.file:\n {4}rule: A12\.5\n {4}who:\n)(?: {6}.*\n)+/,
      '$1      - { actions: [casework], purposes: [D1] }\n',
      'needs a consent that no caller may file',
    ],
  ])('%s', (_, from, to, message) => {
    expect(faultsOf('acts.yaml', from, to).join('\n')).toContain(message);
  });

  it('an institution that decides for its department', () => {
    const faults = faultsOf('approvals.yaml', 'deciders:\n', 'deciders:\n    - school\n');
    expect(faults.join('\n')).toContain('"school" is an institution, and decides for no department');
  });

  it('a department whose institutions alone could write where people are, in a pack without deciders', () => {
    const folder = temporaryFolder();
    cpSync('shared/packs/starter', folder, { recursive: true });
    const change = (file: string, from: string, to: string) => {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(text).toContain(from);
      writeFileSync(join(folder, file), text.replace(from, to));
    };
    const requires =
      'requires:\n  - { label: A reader of the school., rule: LIB1, any: [{ district: { same: institution } }] }\n';
    change('purposes/TRIP.yaml', 'obligations: [KEEP_FILE]\n', `obligations: [KEEP_FILE]\n${requires}`);
    const faults = () => compilePack(folder).faults.map(faultText).join('\n');
    expect(faults()).not.toContain('places people');
    change(
      'fields.yaml',
      '    owners: [LIBRARY]\n    rule: LIB2\n    sharing: conditional\n    basis: LIB\n    shape: { is: text, max: 6',
      '    owners: [SCHOOLS]\n    rule: LIB2\n    sharing: conditional\n    basis: LIB\n    shape: { is: text, max: 6',
    );
    expect(faults()).toContain(
      'the record places people by this field, and only institutions of "SCHOOLS" could write it',
    );
  });
});
