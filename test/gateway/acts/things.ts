/** What offices begin about a person of each county, so that other offices can act on it. */
import { hash } from 'node:crypto';
import { pack } from '../../../functions/session/policy.ts';
import type { SampleAgency } from '../../../infra/local/sample/parties.ts';
import type { ActName } from '../../../shared/acts.ts';
import { noticeFor } from '../../support/notices.ts';
import { ahead } from '../../support/people.ts';
import { SCENE, type Whose } from '../scenes/scene.ts';
import { PARTIES, type Party, type World } from './world.ts';

/** Ids of things that offices began about a person of each county. */
export type Things = Record<
  | 'consent'
  | 'waiting'
  | 'objection'
  | 'incident'
  | 'freeze'
  | 'hold'
  | 'request'
  | 'case'
  | 'task'
  | 'entry'
  | 'report',
  string
>;

export const someone = (world: World, whose: Whose) => ({
  match: { [SCENE.number]: world.person(whose) },
});
export const STORY = '他喜欢画画，想当一名老师。';
export const WHY = { reason: 'check of the table' };
const { consent: CONSENT, cases: CASES, objected: OBJECTED } = SCENE;

export const consentOf = (subject: object) => ({
  subject,
  ...{ purpose: CONSENT.purpose, recipient: CONSENT.recipient, fields: CONSENT.fields },
  document: { kind: 'passport', number: 'E00000001' },
  ...CONSENT.words,
  noticeVersion: noticeFor(CONSENT.purpose),
  evidence: hash('sha256', JSON.stringify(subject)),
});

export const reportOf = (subject: object) => ({
  subject,
  what: 'bruises',
  reporter: { name: 'the teacher' },
});

export const partyOf = (clientId: string): Party => ({
  ...(PARTIES.find((one) => one.agency.clientId === clientId) as Party),
  known: 'authenticated',
  officer: 'ma.hong',
});

/** A steward's input about an agency: its current rights, or keys. */
export function rightsFor(route: string, world: World, id: string): object {
  const { name, departments, roles, areas, purposes, actions } = SCENE.agencies.find(
    ({ clientId }) => clientId === id,
  ) as SampleAgency;
  const { kty, crv, x, y, kid } = world.gateway.agency(SCENE.bystander).sig;
  const jwks = { keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }] };
  const rights = { name, departments, roles, areas, purposes, actions, trainedUntil: ahead(180) };
  if (route === 'POST /v1/agencies') return { clientId: id, ...rights, jwks, ...WHY };
  if (route === 'PUT /v1/agencies/:id') return { ...rights, ...WHY };
  if (route === 'POST /v1/agencies/:id/confirm') return { entry: 'no-such-entry', ...WHY };
  return route === 'PUT /v1/agencies/:id/jwks' ? { jwks, ...WHY } : WHY;
}

/** Has offices begin one thing of each kind about a person of the county. */
export async function beginThings(world: World, whose: Whose): Promise<Things> {
  const begin = async (clientId: string, act: ActName, path: string, body: object) => {
    const answer = await world.send(partyOf(clientId), act, 'POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.json)}`);
    return answer.json;
  };
  const desk = SCENE.desk[whose];
  const { consent, receipt } = await begin(
    desk,
    'consent.file',
    '/v1/consents',
    consentOf(someone(world, whose)),
  );
  // The recipient has no person of another county, so it has nothing pending there.
  const waiting =
    whose === 'foreign'
      ? consent
      : (
          await begin(CONSENT.recipient, 'consent.file', '/v1/consents', {
            ...consentOf(someone(world, whose)),
            ...{ relation: 'father', evidence: hash('sha256', 'paper of the father') },
          })
        ).consent;
  const about = { subject: someone(world, whose), field: OBJECTED[whose].field, by: 'guardian' };
  const { objection } = await begin(desk, 'objection.file', '/v1/objections', about);
  const answers = partyOf(OBJECTED[whose].office);
  const { tasks } = (await world.send(answers, 'task.list', 'GET', '/v1/tasks')).json;
  const scope = {
    fields: SCENE.leak.fields,
    from: '2026-11-25T00:00:00Z',
    until: '2026-11-26T00:00:00Z',
    operator: SCENE.leak.operator,
  };
  const { incident } = await begin('audit-office', 'incident.open', '/v1/incidents', {
    subjects: [someone(world, 'own')],
    ...scope,
  });
  const { freeze } = await begin(
    whose === 'own' ? 'steward-office' : 'audit-office',
    'freeze.set',
    '/v1/freezes',
    {
      target: { purpose: SCENE.frozen },
    },
  );
  const hold = await begin(SCENE.holder, 'hold.set', '/v1/holds', {
    ...{ subject: someone(world, 'own'), instrument: 'ORDER-1' },
  });
  const { agency, purpose, fields, context } = SCENE.request;
  const request = await begin(agency, 'request.file', '/v1/requests', {
    ...{ collection: pack.collection, purpose, fields, context },
    subjects: [someone(world, 'own')],
  });
  const opened = await begin(CASES[whose], 'case.open', '/v1/cases', {
    purpose: CASES.purpose,
    case: 'C-2026-1',
    subjects: [someone(world, whose)],
    officers: ['han.mei'],
  });
  const { harm } = SCENE;
  const filed =
    harm &&
    (await begin(harm[whose].reporter, 'harm.report', '/v1/harm-reports', reportOf(someone(world, whose))));
  const [task] = tasks.filter((one: { about: string }) => one.about === objection.id);
  return {
    consent: consent.id,
    waiting: waiting.id,
    objection: objection.id,
    incident: incident.id,
    freeze: freeze.id,
    hold: hold.id,
    request: request.id,
    case: opened.case.id,
    task: task.id,
    entry: receipt.entry,
    report: filed?.report.id ?? 'none',
  };
}
