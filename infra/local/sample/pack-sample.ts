/** The offices, people and records that a pack brings along for `npm start`: its folder `sample`. All are made up. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { connect } from '../../../shared/client/connect.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { Text } from '../../../shared/language.ts';
import type { CompiledPack } from '../../../shared/policy/pack/load-pack.ts';
import { texts } from '../../cli/messages/language.ts';
import type { Gateway } from '../gateway.ts';
import type { SamplePerson } from '../people/sample-people.ts';
import { StartError } from '../state/files.ts';
import type { SampleAgency } from './agencies.ts';

const { pack: t } = await texts('local');

/** The offices and people with which a gateway starts. */
export interface Parties {
  agencies: readonly SampleAgency[];
  persons: readonly SamplePerson[];
}

const text = v.pipe(v.string(), v.regex(/^[^<>&"]+$/, 'no text for a page'));
/** What an office or a person is called: by language, or in the first language of the pack. */
const name = v.union([text, v.record(v.string(), text)]);
const words = v.optional(v.array(text), []);

const parties = v.strictObject({
  offices: v.array(
    v.strictObject({
      id: text,
      name,
      departments: words,
      roles: words,
      areas: words,
      purposes: words,
      actions: words,
      institution: v.optional(text),
    }),
  ),
  people: v.optional(
    v.array(
      v.strictObject({
        id: text,
        name,
        roles: v.array(text),
        office: text,
      }),
    ),
    [],
  ),
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
  const file = join(folder, 'sample', 'offices.yaml');
  const own = existsSync(file) ? read(file) : { offices: [], people: [] };
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
    agencies: offices.map(({ id, name, institution, ...rights }) => ({
      ...{ clientId: id, name: named(name) },
      ...rights,
      ...(institution === undefined ? {} : { institution }),
    })) as SampleAgency[],
    persons: people.map((one) => ({ ...one, name: named(one.name) })),
  };
}

function read(file: string): v.InferOutput<typeof parties> {
  const document = parseDocument(readFileSync(file, 'utf8'));
  const checked = v.safeParse(parties, document.toJS());
  if (document.errors.length === 0 && checked.success) return checked.output;
  const issue = checked.issues?.[0];
  const where = issue?.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw new StartError(`${file}: ${where} ${issue?.message ?? document.errors[0]?.message ?? ''}`.trim());
}

/** The records that an office stores: `sample/<client id>.ndjson`, as `fieldgate intake` takes them. */
export function recordsIn(folder: string, clientId: string): object[] {
  const file = join(folder, 'sample', `${clientId}.ndjson`);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as object];
    } catch {
      throw new StartError(t.badLine(file, at + 1));
    }
  });
}

/**
 * Stores the records of each office with its own credentials. May be repeated: what is stored stays.
 * @returns the number of records
 * @throws StartError if the gateway refuses a record
 */
export async function loadPackSample(
  { url, agency }: Pick<Gateway, 'url' | 'agency'>,
  { agencies }: Parties,
  folder: string,
): Promise<number> {
  let loaded = 0;
  for (const { clientId } of agencies) {
    const records = recordsIn(folder, clientId);
    if (records.length === 0) continue;
    const gate = await connect({ issuer: url, clientId, key: agency(clientId).sig });
    const { collection } = await gate.catalogue();
    const { results } = await gate.intake(records as IntakeRecord[], { collection });
    for (const [at, result] of results.entries()) {
      const code = 'problem' in result ? result.problem.code : Object.values(result.refused)[0]?.code;
      if (code !== undefined && code !== 'VERSION_CONFLICT')
        throw new StartError(t.badRecord(`sample/${clientId}.ndjson`, at + 1, code));
    }
    loaded += records.length;
  }
  return loaded;
}
