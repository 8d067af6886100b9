/** What offices begin about a person of each county, so that other offices can act on it. */
import { hash } from 'node:crypto';
import type { ActName } from '../../../shared/policy/acts/names.ts';
import { noticeFor } from '../../support/notices.ts';
import { PARTIES, type Party, type Whose, type World } from './world.ts';

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

export const someone = (world: World, whose: Whose) => ({ match: { id_number: world.child(whose) } });
export const STORY = '他喜欢画画，想当一名老师。';
export const WHY = { reason: 'check of the table' };
/** The first actor for a person of each county. */
export const DESK: Record<Whose, string> = { own: 'desk-county', foreign: 'mca-neighbour' };
/** The office that has a case about a person of each county. */
export const CASES: Record<Whose, string> = { own: 'mca-county', foreign: 'mca-neighbour' };
/** The field that is objected to, and the department that answers. */
export const OBJECTED = {
  own: { field: 'name', answers: 'MPS' },
  foreign: { field: 'guardianship_status', answers: 'MCA' },
};
export const consentOf = (subject: object, recipient: string) => ({
  subject,
  purpose: 'D1',
  recipient,
  fields: ['name', 'birth_date'],
  giver: 'guardian',
  relation: 'mother',
  method: 'signed-form',
  noticeVersion: noticeFor('D1'),
  document: { kind: 'passport', number: 'E00000001' },
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

/** Has offices begin one thing of each kind about a person of the county. */
export async function beginThings(world: World, whose: Whose): Promise<Things> {
  const begin = async (clientId: string, act: ActName, path: string, body: object) => {
    const answer = await world.send(partyOf(clientId), act, 'POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.code}`);
    return answer.json;
  };
  const desk = DESK[whose];
  const { consent, receipt } = await begin(
    desk,
    'consent.file',
    '/v1/consents',
    consentOf(someone(world, whose), 'cdpf-county'),
  );
  // The recipient has no person of another county, so it has nothing pending there.
  const waiting =
    whose === 'foreign'
      ? consent
      : (
          await begin('cdpf-county', 'consent.file', '/v1/consents', {
            ...consentOf(someone(world, whose), 'cdpf-county'),
            ...{ relation: 'father', evidence: hash('sha256', 'paper of the father') },
          })
        ).consent;
  const about = { subject: someone(world, whose), field: OBJECTED[whose].field, by: 'guardian' };
  const { objection } = await begin(desk, 'objection.file', '/v1/objections', about);
  const answers = whose === 'own' ? 'mps-county' : 'mca-neighbour';
  const { tasks } = (await world.send(partyOf(answers), 'task.list', 'GET', '/v1/tasks')).json;
  const scope = {
    fields: ['illness'],
    from: '2026-11-25T00:00:00Z',
    until: '2026-11-26T00:00:00Z',
    operator: 'state-organ',
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
      target: { purpose: 'J2' },
    },
  );
  const hold = await begin('court-county', 'hold.set', '/v1/holds', {
    ...{ subject: someone(world, 'own'), instrument: 'ORDER-1' },
  });
  const request = await begin('court-county', 'request.file', '/v1/requests', {
    collection: 'children',
    purpose: 'J1',
    subjects: [someone(world, 'own')],
    fields: ['guardian_relation'],
    context: { instrument: 'WRIT-1' },
  });
  const opened = await begin(CASES[whose], 'case.open', '/v1/cases', {
    purpose: 'W3',
    case: 'C-2026-1',
    subjects: [someone(world, whose)],
    officers: ['han.mei'],
  });
  const reporter = whose === 'own' ? 'school-second' : 'mca-neighbour';
  const { report } = await begin(
    reporter,
    'harm.report',
    '/v1/harm-reports',
    reportOf(someone(world, whose)),
  );
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
    report: report.id,
  };
}
