/** Packs, callers and situations that the policy tests share. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import compiled from '#pack/pack.json' with { type: 'json' };
import { asClientId } from '../../shared/ids.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { faultText } from '../../shared/policy/schema/source.ts';
import type { Ask, Caller, ConsentArtefact, Json, Situation } from '../../shared/policy/types.ts';
import { reasonFor } from '../support/reasons.ts';

export const CHILDREN_FOLDER = fileURLToPath(
  new URL('../../shared/packs/disadvantaged-children', import.meta.url),
);
export const HOUSING_FOLDER = fileURLToPath(new URL('../packs/housing-aid', import.meta.url));

export const children: Pack = loadPack(compiled);

/** @throws Error with the faults, when the folder does not compile */
export function compileFolder(folder: string): Pack {
  const { pack, faults } = compilePack(folder);
  if (!pack) throw new Error(faults.map(faultText).join('\n'));
  return loadPack(pack);
}

/** Noon in Shanghai. */
export function noon(date: string): number {
  return Date.parse(`${date}T04:00:00Z`);
}

export const NOW = noon('2026-03-10');

/** A caller that may do whatever the purpose needs, except what `change` takes away. */
export function callerFor(pack: Pack, purpose: string, change: Partial<Caller> = {}): Caller {
  const role = pack.purposes.get(purpose)?.who[0] ?? '';
  return {
    clientId: asClientId('caller'),
    departments: pack.roles.get(role)?.departments ?? [],
    roles: [role],
    areas: ['990001'],
    purposes: [purpose],
    trainedUntil: '2027-01-01',
    contracts: [{ from: '2020-01-01', until: '2040-01-01' }],
    activities: [{ id: 'ACT-1', ends: '2027-01-01' }],
    institution: 'own-institution',
    ...change,
  };
}

/** A request that brings all that a purpose may demand. */
/** A child and a guardian who stand at the desk with their documents, and the record that says the same. */
const GUARDIAN = { name: '王大力', id_number: '990001198001010064' };
const CHILD = { name: '欧阳娜娜', id_number: '990001201501010011' };
export const AT_DESK = {
  facts: { ...CHILD, guardian_identity: { ...GUARDIAN, kind: 'father' } },
  identity: {
    ...CHILD,
    'guardian_identity.name': GUARDIAN.name,
    'guardian_identity.id_number': GUARDIAN.id_number,
  },
};

export function askFor(pack: Pack, purpose: string, change: Partial<Ask> = {}): Ask {
  const route = pack.purposes.get(purpose)?.route;
  return {
    purpose,
    collection: pack.collection,
    subjects: 1,
    case: 'CASE-1',
    officer: 'officer',
    reason: reasonFor(purpose, 'winter subsidy, grade 5', pack),
    instrument: 'I-1',
    activity: 'ACT-1',
    authenticated: true,
    appointed: true,
    compare: Object.fromEntries([...pack.fields.keys()].map((field) => [field, 'compared'])),
    ...(route === undefined ? {} : { route }),
    ...(route === 'inquiries' && { identity: AT_DESK.identity }),
    ...change,
  };
}

export function situation(change: Partial<Situation> = {}): Situation {
  return {
    county: '990001',
    facts: { guardianship_status: { status: 'normal', conflict: false } },
    consents: [],
    frozen: false,
    conflict: false,
    disputed: [],
    assigned: true,
    ...change,
  };
}

/** A consent act for `caller` of every field, a minute before `at`. */
export function artefact(
  pack: Pack,
  purpose: string,
  giver: ConsentArtefact['giver'],
  act: ConsentArtefact['act'],
  change: Partial<ConsentArtefact> = {},
): ConsentArtefact {
  return {
    id: `${giver}-${act}`,
    version: 1,
    purpose,
    recipient: 'caller',
    fields: [...pack.fields.keys()],
    giver,
    officers: ['officer'],
    act,
    from: '2026-01-01T00:00:00Z',
    until: '2026-12-31T00:00:00Z',
    at: '2026-01-01T00:00:00Z',
    ...change,
  };
}

const VECTORS =
  process.env['FIELDGATE_VECTORS'] ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

/** @returns the parsed file next to the vectors, or `null` if it is absent: tests then say so and skip */
export function sharedJson(path: string): Json | null {
  const file = join(VECTORS, '..', path);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Json) : null;
}
