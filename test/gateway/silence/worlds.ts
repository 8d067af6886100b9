/** Children that differ in one thing each. One gateway holds them all. */

import { pack } from '../../../functions/session/policy.ts';
import { randomId } from '../../../shared/bytes.ts';
import { asClientId, asLogId, asSubjectId, type SubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { markDecoy } from '../../../shared/records/gateway/watch-marks.ts';
import { readKeyItem } from '../../../shared/records/subject/key-items.ts';
import type { Callers, TestGateway } from '../../support/gateway.ts';
import { storedCard } from '../../support/guardians.ts';
import { SCENE } from '../scenes/scene.ts';

const { sheets, away, extra, consented, consentedFields, guarded } = SCENE.silence;

export const WORLDS = [
  'nowhere',
  'elsewhere',
  'frozen',
  'unwilling',
  'conflict',
  'endangered',
  'disputed',
  'decoy',
  'more',
  'plain',
] as const;
export type World = (typeof WORLDS)[number];

export interface Child {
  /** A made-up id of a child that no record exists of. */
  subject: SubjectId;
  match: Record<string, string>;
  /** A reference of this agency's own, also of a child that no record exists of. */
  ref(agency: string): Promise<string>;
  /** The id of something that others filed about the child; made up for a child that no record exists of. */
  document(kind: string): string;
}

/** Makes `sets` children of each kind, in one intake a department. */
export async function makeChildren(
  gateway: TestGateway,
  call: Callers['call'],
  sets: number,
): Promise<Record<World, Child>[]> {
  const numbers = Array.from({ length: sets }, () =>
    Object.fromEntries(
      WORLDS.map((world) => [world, SCENE.fresh(world === 'elsewhere' ? 'foreign' : 'own')]),
    ),
  ) as Record<World, string>[];
  const here = numbers.flatMap((set) =>
    WORLDS.filter((world) => world !== 'nowhere' && world !== 'elsewhere').map((world) => ({
      world,
      id: set[world],
    })),
  );
  const { subjects, put } = writerOf(gateway, call);
  await register(put, here);
  await put(
    away.agency,
    numbers.map((set) => ({ id: set.elsewhere, fields: away.fields })),
  );
  for (const { world, id } of here) await mark(gateway, world, subjects.get(id) ?? '');
  return numbers.map(
    (set) =>
      Object.fromEntries(
        WORLDS.map((world) => [world, childOf(gateway, set[world], subjects.get(set[world]))]),
      ) as unknown as Record<World, Child>,
  );
}

/** @param subject of its record, if one exists */
export function childOf(gateway: TestGateway, id: string, subject: string = randomId()): Child {
  const name = asSubjectId(subject);
  const ref = async (agency: string) =>
    (await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency))).toRef(name);
  return { subject: name, match: { [SCENE.number]: id }, ref, document: () => randomId() };
}

type Put = (agency: string, records: { id: string; fields: object }[]) => Promise<void>;

/** @returns what writes records, and the subjects of all that it wrote */
export function writerOf(gateway: TestGateway, call: Callers['call']) {
  const subjects = new Map<string, string>();
  const put: Put = async (agency: string, records: { id: string; fields: object }[]) => {
    const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
    for (let from = 0; from < records.length; from += 500) {
      const some = records.slice(from, from + 500);
      const body = {
        collection: pack.collection,
        records: some.map(({ id, fields }) => ({ match: { [SCENE.number]: id }, fields })),
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
  return { subjects, put };
}

/** All that a department with a sheet may say of a danger at once: two reasons in one field are members of one value. */
function endangeredBy(department: string): Record<string, object> {
  const said: Record<string, object> = {};
  for (const by of Object.values(guarded.endangered))
    for (const [field, value] of Object.entries(by[department] ?? {}))
      said[field] = typeof value === 'object' ? { ...said[field], ...value } : value;
  return said;
}

/** Each department writes its sheet. */
export async function register(put: Put, children: readonly { world: World; id: string }[]): Promise<void> {
  for (const [at, { agency, fields, numbered }] of sheets.entries()) {
    const more = (world: World) => {
      if (world === 'endangered') return endangeredBy(SCENE.speaks[agency] ?? '');
      return at === 0 && world === 'more' ? { [extra.field]: extra.value } : {};
    };
    await put(
      agency,
      children.map(({ world, id }) => ({
        id,
        fields: { ...fields, ...(numbered && { [SCENE.number]: id }), ...more(world) },
      })),
    );
  }
}

/** The effect of the office's own acts on the child's record. */
export async function mark(gateway: TestGateway, world: World, id: string): Promise<void> {
  const { tables } = gateway;
  const subject = asSubjectId(id);
  const put = (kind: string, name: string, document: unknown) =>
    putCasework(tables.casework, subject, { kind, id: name, document });
  const at = '2026-01-05T08:00:00.000Z';
  if (world !== 'unwilling') {
    for (const [purpose, recipient] of consented) {
      const document = await storedCard(gateway, pack, subject, `c-${purpose}`);
      await put('consent', `c-${purpose}`, {
        ...{ document, filed: new Date().toISOString() },
        ...{ id: `c-${purpose}`, version: 1, purpose, recipient, giver: 'guardian', act: 'given' },
        fields: consentedFields,
        ...{
          from: at,
          until: '2027-01-05T08:00:00.000Z',
          at,
          filedBy: SCENE.desk.own,
          entry: 'e',
          history: [],
        },
      });
    }
  }
  if (world === 'frozen') await put('freeze', 'one', {});
  if (world === 'conflict') await put('conflict', 'guardian', { at, entry: 'e', approvals: [] });
  if (world === 'disputed')
    await put('objection', 'o1', { field: extra.field, by: 'guardian', reason: 'wrong', entry: 'e' });
  if (world === 'decoy' || world === 'more') {
    const item = await readKeyItem(tables.keys, subject);
    await markDecoy(tables.watch, { logId: item?.logId ?? asLogId(''), entry: 'e' as never, since: at });
  }
}
