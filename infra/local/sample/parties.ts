/** The offices and people of a sample: `sample/offices.yaml` in the folder of its pack. All of them are made up. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import type { NewAgency } from '../../../shared/identity/agencies/agencies.ts';
import type { Text } from '../../../shared/language.ts';
import type { CompiledPack } from '../../../shared/policy/pack/load-pack.ts';
import { StartError } from '../files.ts';

/** Without a last day an activity goes on as long as the training of its office. */
export type SampleAgency = Omit<NewAgency, 'jwks' | 'trainedUntil' | 'suspended' | 'activities'> & {
  activities?: readonly { id: string; ends?: string | undefined }[] | undefined;
};

export interface SamplePerson {
  /** Their login name: their `sub`, and their name in the log. */
  id: string;
  name: Text;
  /** What the person may do (`audit`, `steward`, `casework`, `release`, `verify`), and the roles that the pack knows. */
  roles: readonly string[];
  /** Client id of their office. */
  office: string;
}

/** The offices and people with which a gateway starts. */
export interface Parties {
  agencies: readonly SampleAgency[];
  persons: readonly SamplePerson[];
}

const text = v.pipe(v.string(), v.regex(/^[^<>&"]+$/, 'no text for a page'));
/** What an office or a person is called: by language, or in the first language of the pack. */
const name = v.union([text, v.record(v.string(), text)]);
const words = v.optional(v.array(text), []);
const office = v.strictObject({
  ...{ id: text, name, departments: words, roles: words, areas: words, purposes: words, actions: words },
  byPeople: v.optional(v.array(text)),
  institution: v.optional(text),
  activities: v.optional(v.array(v.strictObject({ id: text, ends: v.optional(text) }))),
});
const person = v.strictObject({ id: text, name, roles: v.array(text), office: text });
const parties = v.strictObject({
  /** For which the days in the records are written. */
  year: v.optional(v.number()),
  offices: v.array(office),
  people: v.optional(v.array(person), []),
});

/**
 * Without them no person could register an office, or read the log. A pack's own office of the same id takes their place,
 * and each has its role only if the pack has it.
 */
const ALWAYS: v.InferOutput<typeof parties> = {
  offices: [
    {
      ...{
        id: 'steward-office',
        name: { en: 'Office of the policy steward', zh: '策略管理员办公室' },
        departments: [],
        roles: ['steward'],
      },
      ...{ areas: [], purposes: [], actions: ['steward', 'casework'] },
    },
    {
      ...{
        id: 'audit-office',
        name: { en: 'Data security office', zh: '数据安全办公室' },
        departments: [],
        roles: ['auditor'],
      },
      ...{ areas: [], purposes: [], actions: ['audit'] },
    },
  ],
  people: [
    { id: 'steward.one', name: 'Steward One', roles: ['steward'], office: 'steward-office' },
    { id: 'steward.two', name: 'Steward Two', roles: ['steward'], office: 'steward-office' },
    { id: 'auditor.one', name: 'Auditor One', roles: ['audit'], office: 'audit-office' },
  ],
};

/**
 * @param pack of the folder: names in one language are in its first
 * @throws StartError for a file that is not what `docs/policy.md` describes
 */
export function partiesOf(
  folder: string,
  { languages: [language = 'en'], roles: known }: Pick<CompiledPack, 'languages' | 'roles'>,
): Parties {
  const named = (one: string | Text): Text => (typeof one === 'string' ? { [language]: one } : one);
  const own = read(folder);
  const offices = [
    ...own.offices,
    ...ALWAYS.offices
      .filter(({ id }) => !own.offices.some((one) => one.id === id))
      .map((one) => ({ ...one, roles: one.roles.filter((role) => Object.hasOwn(known, role)) })),
  ];
  const people = [
    ...own.people,
    ...ALWAYS.people.filter(({ office }) => !own.people.some((one) => one.office === office)),
  ];
  return {
    agencies: offices.map(({ id, name, ...rights }) => ({
      ...{ clientId: id, name: named(name) },
      ...rights,
    })) as SampleAgency[],
    persons: people.map((one) => ({ ...one, name: named(one.name) })),
  };
}

/** @returns no offices for a pack without a sample. @throws StartError as `partiesOf` does */
export function read(folder: string): v.InferOutput<typeof parties> {
  const file = join(folder, 'sample', 'offices.yaml');
  if (!existsSync(file)) return { offices: [], people: [] };
  const document = parseDocument(readFileSync(file, 'utf8'));
  const checked = v.safeParse(parties, document.toJS());
  if (document.errors.length === 0 && checked.success) return checked.output;
  const issue = checked.issues?.[0];
  const where = issue?.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw new StartError(`${file}: ${where} ${issue?.message ?? document.errors[0]?.message ?? ''}`.trim());
}

/** The folder of the pack behind `#pack/`, whose sample `npm start` has without a `PACK`. */
export const SHIPPED = fileURLToPath(new URL('..', import.meta.resolve('#pack/pack.json')));

export const { agencies: SAMPLE_AGENCIES, persons: SAMPLE_PEOPLE } = partiesOf(SHIPPED, {
  languages: ['en'],
  roles: {},
});

/** Departments whose keys lie in accounts of their own, if the pack has fields of theirs. @param pack absent: the shipped one */
export function ownAccounts(pack?: Pick<CompiledPack, 'fields'>): Record<string, string> {
  const owners = Object.values(pack?.fields ?? {}).flatMap((one) => one.owners);
  const accounts = { HEALTH: '444455556666', MPS: '777788889999' };
  return Object.fromEntries(Object.entries(accounts).filter(([one]) => !pack || owners.includes(one)));
}
