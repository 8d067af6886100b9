/** Consents and codes, objections, conflicts, freezes, holds, incidents, reports of harm, cases and tasks. */
import type { World } from '../../verify/world.ts';
import { child, consenting, digest, MOTHER, newborn, toPlatform } from '../people.ts';
import { afterFirst, desk, done, lifting, type Scenario, type Send, sending } from '../send.ts';

const ofChild = async (world: World, agency: string, officer: string, path: string, body: object = {}) =>
  desk(world, agency, officer, path, { subject: { match: (await child(world)).match }, ...body });

async function frozen(world: World): Promise<string> {
  const target = { subject: { match: (await child(world)).match } };
  return `/v1/freezes/${(await done(desk(world, 'mca-county', 'li.na', '/v1/freezes', { target }))).freeze.id}`;
}

async function conflict(world: World) {
  const body = { subject: { match: (await child(world)).match }, state: 'set' };
  return [
    desk(world, 'mca-county', 'li.na', '/v1/conflicts', body),
    desk(world, 'mps-county', 'liu.yang', '/v1/conflicts', body),
  ] as const;
}

const holding = (world: World) =>
  ofChild(world, 'court-county', 'wu.jun', '/v1/holds', { instrument: 'ORDER-2026-7' });
const heldBy = async (world: World) => {
  const { id, receipt } = await done(await holding(world));
  return { id: id as string, entry: receipt.entry as string };
};
const confirming = (world: World, { id, entry }: { id: string; entry: string }) =>
  desk(world, 'court-county', 'gao.min', `/v1/holds/${id}/confirm`, { entry });
const unholding = async (world: World) => {
  const held = await heldBy(world);
  await done(confirming(world, held));
  const by = (officer: string) => lifting(world, 'court-county', officer, `/v1/holds/${held.id}`);
  return [by('wu.jun'), by('gao.min')] as const;
};

const objecting = (world: World) =>
  ofChild(world, 'desk-county', 'chen.jing', '/v1/objections', { field: 'name', by: 'guardian' });

const leaking = async (world: World) =>
  desk(world, 'mca-county', 'li.na', '/v1/incidents', {
    ...{ subjects: [{ match: (await child(world)).match }], fields: ['hardship_category'] },
    ...{ from: '2026-11-01T00:00:00Z', until: '2026-11-02T00:00:00Z', operator: 'state-organ' },
  });
const incident = async (world: World) => (await done(await leaking(world))).incident.id as string;

const reporting = (world: World): Send =>
  desk(world, 'school-second', 'tian.yu', '/v1/harm-reports', {
    ...{ subject: { match: newborn().match }, what: 'bruises', reporter: { name: 'the teacher' } },
  });

const opening = async (world: World) =>
  desk(world, 'mca-county', 'zhao.min', '/v1/cases', {
    ...{ purpose: 'W3', case: digest().slice(0, 20), officers: ['han.mei'] },
    subjects: [{ match: (await child(world)).match }],
  });
const onCase = async (world: World, verb: string, body: object = {}) => {
  const { id, opened } = (await done(await opening(world))).case;
  const by = (act: string, words: object) =>
    desk(world, 'mca-county', 'zhou.qin', `/v1/cases/${id}/${act}`, words);
  const confirmed = by('confirm', { entry: opened.entry });
  if (verb === 'confirm') return confirmed;
  await done(confirmed);
  return by(verb, body);
};

export const CASEWORK: Record<string, Scenario> = {
  consent: async (world) => consenting(world, await child(world), 'desk-county'),
  'consent that its recipient files': async (world) => consenting(world, await child(world), 'cdpf-county'),
  'consent that a desk confirms': async (world) => {
    const { consent } = await done(consenting(world, await child(world), 'cdpf-county'));
    const body = { document: MOTHER };
    return desk(world, 'mca-county', 'chen.jing', `/v1/consents/${consent.id}/confirm`, body);
  },
  'code for the giver': async (world) => {
    const { consent } = await done(consenting(world, await child(world), 'cdpf-county'));
    const body = { document: MOTHER };
    return desk(world, 'mca-county', 'chen.jing', `/v1/consents/${consent.id}/codes`, body);
  },
  'consent that a code confirms': async (world) => {
    const { consent } = await done(consenting(world, await child(world), 'cdpf-county'));
    const path = `/v1/consents/${consent.id}`;
    const { code } = await done(
      desk(world, 'mca-county', 'chen.jing', `${path}/codes`, { document: MOTHER }),
    );
    return desk(world, 'cdpf-county', 'zhao.min', `${path}/confirm`, { code });
  },
  withdrawal: async (world) => {
    const { consent } = await done(consenting(world, await child(world), 'desk-county'));
    const body = { method: 'in-person' };
    return desk(world, 'desk-county', 'chen.jing', `/v1/consents/${consent.id}/withdraw`, body);
  },
  'code for a check': async (world) => {
    const one = await child(world);
    await done(toPlatform(world, one));
    return desk(world, 'desk-county', 'chen.jing', '/v1/check-codes', {
      ...{ programme: 'help-page-check', recipient: 'platform-lantern', subject: { match: one.match } },
    });
  },
  freeze: async (world) => {
    const target = { subject: { match: (await child(world)).match } };
    return desk(world, 'mca-county', 'li.na', '/v1/freezes', { target });
  },
  'lift, first person': async (world) => lifting(world, 'mca-county', 'li.na', await frozen(world)),
  'lift, second person': async (world) => {
    const path = await frozen(world);
    const by = (officer: string) => lifting(world, 'mca-county', officer, path);
    return afterFirst(by('li.na'), by('wang.fang'));
  },
  'conflict, first person': async (world) => (await conflict(world))[0],
  'conflict, second person': async (world) => afterFirst(...(await conflict(world))),
  'legal hold, first person': holding,
  'legal hold, second person': async (world) => confirming(world, await heldBy(world)),
  'end of a legal hold, first person': async (world) => (await unholding(world))[0],
  'end of a legal hold, second person': async (world) => afterFirst(...(await unholding(world))),
  objection: objecting,
  'answer to an objection': async (world) => {
    const { objection } = await done(await objecting(world));
    const body = { outcome: 'rejected', entry: objection.entry };
    return desk(world, 'mps-county', 'liu.yang', `/v1/objections/${objection.id}/resolve`, body);
  },
  incident: leaking,
  'report of an incident': async (world) => {
    const body = { kind: 'first', evidence: digest() };
    return desk(world, 'mca-county', 'li.na', `/v1/incidents/${await incident(world)}/reports`, body);
  },
  'end of an incident': async (world) => {
    const body = { outcome: 'confirmed' };
    return desk(world, 'mca-county', 'li.na', `/v1/incidents/${await incident(world)}/close`, body);
  },
  'report of harm': async (world) => reporting(world),
  'report of harm that is opened': async (world) => {
    const { report } = await done(reporting(world));
    const why = { purpose: 'R1', officer: 'liu.yang', reason: 'took the report up' };
    const path = `/v1/harm-reports/${report.id}/open`;
    return sending(world, 'mps-county', { actions: ['release'], ...why }, ['POST', path], {});
  },
  case: opening,
  'case that is confirmed': (world) => onCase(world, 'confirm'),
  'case that is assigned': (world) => onCase(world, 'assign', { officers: ['an.ran'] }),
  'case that is closed': (world) => onCase(world, 'close'),
  'task that is done': async (world) => {
    const { report } = await done(reporting(world));
    const { json } = await world.call('mps-county', { actions: ['casework'] }, 'GET', '/v1/tasks?limit=200');
    const task = json.tasks.find(({ about }: { about: string }) => about === report.id);
    const why = { purpose: 'R1', officer: 'liu.yang', reason: 'took the report up' };
    const path = `/v1/harm-reports/${report.id}/open`;
    await world.call('mps-county', { actions: ['release'], ...why }, 'POST', path, {});
    const body = { outcome: 'unfounded' };
    return desk(world, 'mps-county', 'liu.yang', `/v1/tasks/${task?.id}/complete`, body);
  },
  'purpose that is met': async (world) =>
    desk(world, 'mca-county', 'li.na', '/v1/purposes/W1/met', { case: digest().slice(0, 20) }),
};
