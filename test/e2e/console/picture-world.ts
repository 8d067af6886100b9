/** What the pictures show: children, releases, a request that waits, counts, and a freeze whose end waits. */
import { readFileSync } from 'node:fs';
import { registerCase } from '../../support/cases.ts';
import { BORN, freshNumber, turning } from '../../support/people.ts';
import { openWorld, type World } from './world.ts';

/** What the pictures type, and the checkpoint that one of them puts back. */
export const PICTURED = {
  child: freshNumber(),
  case: 'EDU-2026-00555',
  fields: ['name', 'birth_date', 'schooling_status'],
  checkpoint: '',
};

/** In each of the policy's bands of age more than the smallest count. */
const BIRTHS = [1, 4, 7, 10, 13, 15, 17].map((age) => turning(age));
const EACH = 12;

export async function openPictureWorld(): Promise<World> {
  const world = await openWorld(6);
  PICTURED.checkpoint = readFileSync(`${world.folder}/log/checkpoint`, 'utf8');
  const schools = world.ids.map((id_number) => ({
    match: { id_number },
    fields: { school_name: { school: '清河县第二小学', class: '三年级2班' } },
  }));
  await world.put('edu-county', ...schools);
  for (const [at, id] of world.ids.entries())
    for (let n = 0; n <= at % 3; n++) await world.release(id, ['name', 'birth_date', 'school_name']);
  const match = { id_number: PICTURED.child };
  const fields = { name: '张某某', birth_date: BORN, division_code: '990001001001' };
  const others = BIRTHS.flatMap((birth_date) =>
    Array.from({ length: EACH }, () => ({
      match: { id_number: freshNumber() },
      fields: { ...fields, birth_date },
    })),
  );
  await world.put('mca-county', { match, fields }, ...others);
  await world.put('edu-county', { match, fields: { schooling_status: 'primary' } });
  const words = { purpose: 'S1', case: PICTURED.case, officer: 'zhang.wei' };
  await registerCase(world, 'edu-county', words, [{ match }]);
  await callInDanger(world);
  await askTheOwners(world);
  await countPeople(world);
  await freezeAndLift(world);
  await world.grow();
  return world;
}

/** The court asks for what two departments have to approve. */
async function askTheOwners(world: World): Promise<void> {
  const why = {
    ...{ actions: ['release'], purpose: 'J1', case: 'CR-2026-031' },
    ...{ officer: 'wu.jun', reason: 'hearing of the case' },
  };
  const subjects = [{ match: { id_number: world.ids[0] as string } }];
  await world.call('court-county', why, 'POST', '/v1/releases', {
    ...{ collection: 'children', subjects, fields: ['name', 'guardian_phone'] },
    context: { instrument: 'WRIT-7' },
  });
}

async function countPeople(world: World): Promise<void> {
  const why = { officer: 'li.na', reason: 'the counts of the month' };
  const steward = { actions: ['steward'], ...why };
  const { json } = await world.call('steward-office', steward, 'POST', '/v1/keys/cohorts', why);
  for (;;) {
    const job = await world.call('steward-office', steward, 'GET', `/v1/jobs/${json.id}`);
    if (job.json.state !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Its end waits for a second steward. */
async function freezeAndLift(world: World): Promise<void> {
  const why = { actions: ['steward'], officer: 'li.na', reason: 'a complaint is examined' };
  const target = { agency: 'league-county' };
  const { json } = await world.call('steward-office', why, 'POST', '/v1/freezes', { target });
  await world.call('steward-office', why, 'DELETE', `/v1/freezes/${json.freeze.id}`);
}

/** Police find a missing child, and the owners have different fields of each. */
async function callInDanger(world: World): Promise<void> {
  const why = {
    ...{ actions: ['release'], purpose: 'E1', case: 'CALL-110-7' },
    ...{ officer: 'liu.yang', reason: 'missing since noon' },
  };
  for (const id_number of world.ids.slice(0, 3)) {
    const { status, text } = await world.call('mps-county', why, 'POST', '/v1/releases', {
      ...{ collection: 'children', subjects: [{ match: { id_number } }], fields: ['name', 'school_name'] },
      context: { imminentDangerAttested: true },
    });
    if (status !== 200) throw new Error(text);
  }
}
