/** Acts of two lines with long consequences: publications of the policy, and merges with their undoing. */
import compiled from '#pack/pack.json' with { type: 'json' };
import { actTableHash } from '../../../shared/policy/decide/act-table.ts';
import { hashOf, loadPack } from '../../../shared/policy/pack/load-pack.ts';
import { freshNumber } from '../../support/people.ts';
import { BIRTH, type Stage, sleep } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import type { Act } from './acts.ts';
import { WHY } from './records.ts';
import { desk } from './switches.ts';

/** The shipped pack under another name, and without a field that no act asks for. */
function renamed(version: string): { hash: string } {
  const copy = structuredClone({ ...compiled, version });
  delete (copy.purposes.S1.cells as Record<string, string>)['school_record'];
  copy.actTable = actTableHash(loadPack(copy));
  return { ...copy, hash: hashOf(copy) };
}

async function publish(stage: Stage, step: Step): Promise<void> {
  const { history } = stage;
  const pack = renamed(`2026.${stage.fresh()}`);
  const act = `publication of ${pack.hash}`;
  const version = { hash: pack.hash, began: stage.gateway.now(), ended: Number.POSITIVE_INFINITY };
  history.versions.push(version);
  for (const officer of ['chen.jie', step.salt % 4 === 0 ? 'chen.jie' : 'li.na']) {
    history.hand(act, officer, 'begun');
    const { answer, ended } = await stage.attempt(step, {
      ...{ agency: 'steward-office', details: desk(officer, ['steward']), method: 'POST' },
      ...{ path: '/v1/policy/versions', body: { pack } },
    });
    if (answer?.status !== 200) continue;
    history.hand(act, officer, 'done');
    version.ended = Math.min(version.ended, ended);
  }
}

/** Milliseconds for which a merge waits, and a little more. */
const DAYS = 73 * 3_600_000;
/** A number by which one agency knows its own record. */
interface Pair {
  child: object;
  double: object;
}

async function makePair(stage: Stage, step: Step): Promise<Pair | null> {
  const child = { id_number: freshNumber(BIRTH) };
  const double = { local_id: `WELFARE-${stage.fresh()}` };
  const put = async (agency: string, name: object, fields: object) => {
    const { answer } = await stage.attempt(step, {
      ...{ agency, details: { actions: ['intake'] }, method: 'POST', path: '/v1/intake' },
      body: { collection: 'children', records: [{ ...name, fields }] },
      key: `pair-${stage.fresh()}`,
    });
    return answer?.json?.results?.[0]?.ref !== undefined;
  };
  if (!(await put('mps-county', { match: child }, { ...child, birth_date: BIRTH }))) return null;
  const care = { division_code: '990001001' };
  if (!(await put('mca-county', { match: child }, care))) return null;
  if (!(await put('mca-county', { match: double }, { ...care, guardian_phone: PHONE }))) return null;
  const ref = await stage.refOf('mps-county', double);
  return ref !== null && (await put('mps-county', { ref }, { sex: '1' })) ? { child, double } : null;
}

const PHONE = '13900000007';

/** What civil affairs reads by a number: `null` without an answer. */
async function phoneOf(stage: Stage, step: Step, match: object): Promise<string | null | undefined> {
  const { answer } = await stage.attempt(step, {
    ...{ agency: 'mca-county', method: 'POST', path: '/v1/releases' },
    details: { actions: ['release'], ...WHY },
    body: { collection: 'children', subjects: [{ match }], fields: ['name', 'guardian_phone'] },
  });
  const fields = answer?.json?.results?.[0]?.fields;
  return fields === undefined ? null : fields.guardian_phone?.value;
}

/** Two lines join two records of one child after three days, and sometimes part them again. */
async function merge(stage: Stage, step: Step): Promise<void> {
  const pair = await makePair(stage, step);
  if (!pair) return;
  const { history } = stage;
  const act = `merge ${JSON.stringify(pair.double)}`;
  const ask = async (agency: string, officer: string, verb: 'merge' | 'part') => {
    const [ref, into] = [await stage.refOf(agency, pair.double), await stage.refOf(agency, pair.child)];
    if (ref === null || into === null) return null;
    const { answer } = await stage.attempt(step, {
      ...{ agency, details: desk(officer), method: 'POST', path: `/v1/subjects/${ref}/${verb}` },
      body: verb === 'merge' ? { into } : {},
    });
    return answer;
  };
  const [first, second] = [['mca-county', 'zhao.min'] as const, ['mps-county', 'liu.yang'] as const];
  for (const [agency, officer] of [first, step.salt % 4 === 0 ? first : second]) {
    history.hand(act, officer, 'begun');
    if ((await ask(agency, officer, 'merge'))?.json?.ref !== undefined)
      history.faults.push('a merge did not wait');
  }
  await sleep(DAYS);
  const joined = (await ask(...first, 'merge'))?.json?.ref !== undefined;
  history.told('MERGED', joined ? 200 : 403);
  if (!joined) return;
  history.hand(act, first[1], 'done');
  const phone = await phoneOf(stage, step, pair.child);
  if (phone !== null && phone !== PHONE) history.faults.push('a merge lost what the double held');
  if (step.salt % 2 === 0) return;
  await ask(...first, 'part');
  const parted = (await ask(...second, 'part'))?.status === 200;
  history.told('PARTED', parted ? 200 : 403);
  const after = await phoneOf(stage, step, pair.child);
  if (parted && after !== null && after !== undefined)
    history.faults.push('a parted record kept what the double held');
}

export const STEWARDS: Record<string, Act> = {
  publish: { weight: 1, run: publish },
  merge: { weight: 1, run: merge },
};
