/** Children that differ in one thing each. One gateway holds them all. */

import { randomId } from '../../../shared/bytes.ts';
import { asClientId, asLogId, asSubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { markDecoy } from '../../../shared/records/gateway/watch-marks.ts';
import { readKeyItem } from '../../../shared/records/subject/key-items.ts';
import type { Callers, TestGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';

export const WORLDS = [
  'nowhere',
  'elsewhere',
  'frozen',
  'unwilling',
  'conflict',
  'disputed',
  'decoy',
  'more',
  'plain',
] as const;
export type World = (typeof WORLDS)[number];

export interface Child {
  match: { id_number: string };
  /** A reference of this agency's own, also of a child that no record exists of. */
  ref(agency: string): Promise<string>;
  /** The id of something that others filed about the child; made up for a child that no record exists of. */
  document(kind: string): string;
}

/** Departments that hold something of every child of the county. */
export const HOLDERS: readonly string[] = ['MPS', 'MCA', 'EDU'];

/** Agencies and purposes for whom every child but the unwilling one has a consent. */
export const CONSENTED = [
  ['D1', 'cdpf-county'],
  ['C1', 'charity-sunrise'],
  ['M1', 'press-office'],
] as const;

/** Makes `sets` children of each kind, in one intake a department. */
export async function makeChildren(
  gateway: TestGateway,
  call: Callers['call'],
  sets: number,
): Promise<Record<World, Child>[]> {
  const numbers = Array.from({ length: sets }, () =>
    Object.fromEntries(
      WORLDS.map((world) => [world, freshNumber('2013-05-06', world === 'elsewhere' ? '990002' : '990001')]),
    ),
  ) as Record<World, string>[];
  const here = numbers.flatMap((set) =>
    WORLDS.filter((world) => world !== 'nowhere' && world !== 'elsewhere').map((world) => ({
      world,
      id: set[world],
    })),
  );
  const subjects = new Map<string, string>();
  const put = async (agency: string, records: { id: string; fields: object }[]) => {
    const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
    for (let from = 0; from < records.length; from += 500) {
      const some = records.slice(from, from + 500);
      const body = {
        collection: 'children',
        records: some.map(({ id, fields }) => ({ match: { id_number: id }, fields })),
      };
      const { json, text } = await call(agency, { actions: ['intake'] }, 'POST', '/v1/intake', body);
      if (!json.results) throw new Error(text);
      for (const [i, { id }] of some.entries()) {
        const { ref } = json.results[i];
        if (!ref) throw new Error(JSON.stringify(json.results[i]));
        subjects.set(id, references.toSubject(ref) ?? '');
      }
    }
  };
  const welfare = {
    division_code: '990001001001',
    guardianship_status: { status: 'normal', conflict: false },
    able_to_express_will: true,
    hardship_category: ['orphan'],
  };
  await put(
    'mps-county',
    here.map(({ id }) => ({
      id,
      fields: { name: '欧阳娜娜', id_number: id, sex: '1', birth_date: '2013-05-06' },
    })),
  );
  await put(
    'mca-county',
    here.map(({ world, id }) => ({
      id,
      fields: { ...welfare, ...(world === 'more' && { visit_notes: 'seen at home' }) },
    })),
  );
  await put(
    'edu-county',
    here.map(({ id }) => ({ id, fields: { schooling_status: 'primary' } })),
  );
  await put(
    'mca-neighbour',
    numbers.map((set) => ({ id: set.elsewhere, fields: { ...welfare, division_code: '990002001001' } })),
  );
  for (const { world, id } of here) await mark(gateway, world, subjects.get(id) ?? '');
  return numbers.map(
    (set) =>
      Object.fromEntries(
        WORLDS.map((world) => {
          const id = set[world];
          const subject = asSubjectId(subjects.get(id) ?? randomId());
          const ref = async (agency: string) =>
            (await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency))).toRef(subject);
          return [world, { match: { id_number: id }, ref, document: () => randomId() }];
        }),
      ) as unknown as Record<World, Child>,
  );
}

/** The effect of the office's own acts on the child's record. */
async function mark({ tables }: TestGateway, world: World, id: string): Promise<void> {
  const subject = asSubjectId(id);
  const put = (kind: string, name: string, document: unknown) =>
    putCasework(tables.casework, subject, { kind, id: name, document });
  const at = '2026-01-05T08:00:00.000Z';
  if (world !== 'unwilling') {
    for (const [purpose, recipient] of CONSENTED) {
      await put('consent', `c-${purpose}`, {
        ...{ id: `c-${purpose}`, version: 1, purpose, recipient, giver: 'guardian', act: 'given' },
        fields: ['name', 'sex', 'birth_date', 'schooling_status', 'hardship_category', 'division_code'],
        ...{
          from: at,
          until: '2027-01-05T08:00:00.000Z',
          at,
          filedBy: 'desk-county',
          entry: 'e',
          history: [],
        },
      });
    }
  }
  if (world === 'frozen') await put('freeze', 'one', {});
  if (world === 'conflict') await put('conflict', 'guardian', { at, entry: 'e', approvals: [] });
  if (world === 'disputed')
    await put('objection', 'o1', { field: 'visit_notes', by: 'guardian', reason: 'wrong', entry: 'e' });
  if (world === 'decoy' || world === 'more') {
    const item = await readKeyItem(tables.keys, subject);
    await markDecoy(tables.watch, { logId: item?.logId ?? asLogId(''), entry: 'e' as never, since: at });
  }
}
