/** Many children at once who are eligible for the programme warm-home and have consented, for lists. */
import { asSubjectId } from '../../shared/ids.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { children as pack } from '../policy/support.ts';
import { GUARDIAN, storedCard } from '../support/guardians.ts';
import { BORN, freshNumber } from '../support/people.ts';
import type { World } from './world.ts';

export interface Beneficiary {
  id: string;
  subject: string;
}

/** A batch of intake has at most so many records. */
const BATCH = 250;

export async function beneficiaries(
  world: World,
  many: number,
  recipient = 'charity-sunrise',
): Promise<Beneficiary[]> {
  const made: Beneficiary[] = [];
  for (let from = 0; from < many; from += BATCH) {
    // A token ends after five minutes, which thousands may take.
    world.later(0);
    const ids = Array.from({ length: Math.min(BATCH, many - from) }, () => freshNumber());
    await put(world, 'mps-county', ids, (id) => ({ id_number: id, birth_date: BORN }));
    const refs = await put(world, 'mca-county', ids, () => ({
      division_code: '990001001',
      guardian_identity: GUARDIAN,
      guardianship_status: { status: 'normal', conflict: false },
      able_to_express_will: true,
      hardship_category: ['orphan'],
      benefits: [],
    }));
    for (const [at, id] of ids.entries())
      made.push({ id, subject: await world.subjectOf('mca-county', refs[at] ?? '') });
  }
  const at = new Date(world.now() - 1000).toISOString();
  const until = new Date(world.now() + 300 * 86_400_000).toISOString();
  const { fields } = world.programme('warm-home');
  for (const [n, { subject }] of made.entries()) {
    const id = `consent-${n}`;
    const grant = { purpose: 'C1', recipient, fields, giver: 'guardian', act: 'given' };
    const filed = new Date(world.now()).toISOString();
    const shown = { document: await storedCard(world.gateway, pack, asSubjectId(subject), id), filed };
    const document = { id, version: 1, ...shown, ...grant, from: at, until, at };
    const { tables } = world.gateway;
    await putCasework(tables.casework, asSubjectId(subject), { kind: 'consent', id, document });
  }
  return made;
}

async function put(
  world: World,
  agency: string,
  ids: readonly string[],
  fieldsOf: (id: string) => object,
): Promise<string[]> {
  const records = ids.map((id) => ({ match: { id_number: id }, fields: fieldsOf(id) }));
  const made = await world.gateway.put(agency, ...records);
  return made.map(({ ref }: { ref: string }) => ref);
}
