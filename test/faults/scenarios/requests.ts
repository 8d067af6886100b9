/** Requests between departments: filed, decided on and collected; a card of a story and its text; inquiries. */
import { textDigest } from '../../../functions/steps/codes.ts';
import { makePerson } from '../../gateway/inquiry/world.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import type { World } from '../../verify/world.ts';
import { child, digest, MOTHER, refFor } from '../people.ts';
import { desk, done, type Scenario, type Send, sending } from '../send.ts';

const WORDS = { case: 'CR-2026-031', officer: 'wu.jun', reason: 'hearing of the case' };
const FIELDS = ['name', 'guardian_phone'];

/** Without a request it is filed. */
const asking = (world: World, match: object, request?: string): Send =>
  sending(
    world,
    'court-county',
    { actions: ['release'], purpose: 'J1', ...WORDS },
    ['POST', '/v1/releases'],
    {
      ...{ collection: 'children', subjects: [{ match }], fields: FIELDS },
      context: { instrument: 'WRIT-7', ...(request && { request }) },
    },
  );
type Filed = Readonly<Record<'id' | 'entry', string>>;
/** An owner answers what it has read. */
const deciding = (world: World, agency: string, { id, entry }: Filed, what: 'approve' | 'refuse') =>
  desk(world, agency, `boss.${agency}`, `/v1/requests/${id}/${what}`, { entry });
const lacking = (world: World, agency: string, { id }: Filed) =>
  desk(world, agency, `boss.${agency}`, `/v1/requests/${id}/ask-material`, { missing: ['scope'] });

async function filed(world: World) {
  const { match } = await child(world);
  const { id, entry } = await done(asking(world, match));
  return { match, id: id as string, entry: entry as string };
}

async function approved(world: World) {
  const one = await filed(world);
  for (const agency of ['mps-county', 'mca-county']) await done(deciding(world, agency, one, 'approve'));
  return one;
}

/** What is collected once at most. */
async function once(world: World): Promise<Send> {
  const { match } = await child(world, { benefits: [] });
  const collect = (request?: string) =>
    sending(
      world,
      'mca-county',
      { actions: ['release'], purpose: 'W2', ...WORDS, reason: 'payment of the month' },
      ['POST', '/v1/releases'],
      {
        ...{ collection: 'children', subjects: [{ match }], fields: ['benefits', 'name'] },
        ...(request && { context: { request } }),
      },
    );
  const request = (await done(collect())) as Filed;
  await done(deciding(world, 'finance-county', request, 'approve'));
  return collect(request.id);
}

const STORY = '这个孩子每天走很远的路去上学，老师说她爱读书。';
const M1 = {
  actions: ['release'],
  purpose: 'M1',
  case: 'PR-1',
  officer: 'gao',
  reason: 'report on reading',
};
const card = (world: World, match: object, request?: string): Send =>
  sending(world, 'press-office', M1, ['POST', '/v1/story-cards'], {
    ...{ collection: 'children', subject: { match }, text: STORY },
    ...(request && { context: { request } }),
  });

/** A child whose story may be told, but for the text's test. */
async function told(world: World) {
  const one = await child(world, { able_to_express_will: true, guardianship_status: 'normal' });
  const said = { purpose: 'M1', recipient: 'press-office', fields: ['birth_date', 'division_code'] };
  const proof = { noticeVersion: noticeFor('M1'), method: 'signed-form', text: textDigest(STORY) };
  const own = { kind: 'resident-card', number: one.match.id_number };
  const file = (agency: string, act: string, giver: string) =>
    done(
      desk(world, agency, 'chen.jing', '/v1/consents', {
        ...{ subject: { match: one.match }, act, giver, evidence: digest(), ...said, ...proof },
        ...(act === 'given' && { document: giver === 'guardian' ? MOTHER : own }),
      }),
    );
  for (const act of ['notified', 'given'])
    for (const giver of ['child', 'guardian']) await file('mca-county', act, giver);
  await file('press-office', 'processed', 'recipient');
  const { request } = await done(card(world, one.match));
  return { ...one, request: request as string };
}

const inquiring = async (world: World, path: string, officer = 'wang.fang'): Promise<Send> => {
  const { match } = await makePerson(world.gateway, { years: 10 });
  const why = { case: 'DESK-7', officer, reason: 'asks at the desk with an identity card' };
  const body = { collection: 'children', subject: { match }, inquirer: 'guardian' };
  const identity = { name: GUARDIAN.name, number: GUARDIAN.id_number };
  return sending(world, 'desk-county', { actions: ['casework'], ...why }, ['POST', path], {
    ...body,
    ...(path === '/v1/inquiries' && { identity }),
  });
};

export const REQUESTS: Record<string, Scenario> = {
  'request that a release files': async (world) => asking(world, (await child(world)).match),
  'request that is filed': async (world) => {
    const { match } = await child(world);
    return desk(world, 'health-hospital', 'zhang.wei', '/v1/requests', {
      ...{ collection: 'children', purpose: 'H1', subjects: [{ match }] },
      context: { case: digest().slice(0, 20) },
    });
  },
  approval: async (world) => deciding(world, 'mps-county', await filed(world), 'approve'),
  refusal: async (world) => deciding(world, 'mps-county', await filed(world), 'refuse'),
  'material is asked for': async (world) => {
    return lacking(world, 'mps-county', await filed(world));
  },
  'material is supplied': async (world) => {
    const one = await filed(world);
    await done(lacking(world, 'mps-county', one));
    return desk(world, 'court-county', 'wu.jun', `/v1/requests/${one.id}/supply`, {
      statement: 'in the file',
    });
  },
  dispute: async (world) => {
    const one = await filed(world);
    await done(deciding(world, 'mps-county', one, 'refuse'));
    return desk(world, 'court-county', 'wu.jun', `/v1/requests/${one.id}/dispute`);
  },
  'request that is withdrawn': async (world) => {
    return desk(world, 'court-county', 'wu.jun', `/v1/requests/${(await filed(world)).id}/withdraw`);
  },
  'collection that may be repeated': async (world) => {
    const { match, id } = await approved(world);
    return asking(world, match, id);
  },
  'collection of what is given once': async (world) =>
    Object.assign(await once(world), { once: true as const }),
  'text of a story': async (world) => {
    const one = await told(world);
    const { ref, request } = { ref: await refFor(world, one, 'mca-county'), request: one.request };
    return desk(world, 'mca-county', 'li.na', '/v1/story-texts', { ref, text: STORY, request });
  },
  'card of a story that asks the owners': async (world) => card(world, (await child(world)).match),
  inquiry: (world) => inquiring(world, '/v1/inquiries'),
  'word of a second officer': async (world) =>
    desk(world, 'mps-county', 'liu.yang', '/v1/releases/seconds', {
      ...{ purpose: 'E1', first: 'gao.feng' },
      subjects: [{ match: (await child(world)).match }],
    }),
  'word of a second clerk': (world) => inquiring(world, '/v1/inquiries/seconds', 'chen.jing'),
};
