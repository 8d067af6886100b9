/** A gateway with a movable clock, and the calls of casework tests over HTTP. */

import { hash } from 'node:crypto';
import type { GatewayOptions } from '../../infra/local/gateway.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { closedAfter } from '../support/closed.ts';
import { type Answer, type Callers, type TestGateway, testGateway } from '../support/gateway.ts';
import { GUARDIANS, shownFor } from '../support/guardians.ts';
import { noticeFor } from '../support/notices.ts';
import { freshNumber, turning } from '../support/people.ts';
import { reasonFor } from '../support/reasons.ts';

export const DESK = { officer: 'chen.jing', reason: 'consent taken at the desk', case: 'DESK-2026-7' };
export const SECOND = { officer: 'wang.lei', reason: 'second look', case: 'DESK-2026-7' };
const WORDS = { officer: 'zhao.min', case: 'CDPF-2026-3' };

export const digest = (text: string) => hash('sha256', text);

export interface Rig {
  gateway: TestGateway;
  now(): number;
  later(ms: number): void;
  /** An intake of one record. @returns the caller's reference */
  put(agency: string, match: object, fields: object): Promise<string>;
  /** A child with records of police and civil affairs. @returns its name in requests */
  child(change?: {
    birth?: string;
    id_number?: string;
    mca?: object;
  }): Promise<{ match: { id_number: string } }>;
  /** Its internal id. */
  subjectOf(child: object): string;
  /** An agency's reference of a child, whether or not it may have one. */
  refOf(agency: string, child: { match: object }): Promise<string>;
  casework(agency: string, method: string, path: string, body?: object, words?: object): Promise<Answer>;
  consent(child: object, change?: object, agency?: string): Promise<Answer>;
  token: Callers['token'];
  call: Callers['call'];
  release(agency: string, purpose: string, request: object, context?: object): Promise<Answer>;
  /** A statutory release: civil affairs decides on the child's status. */
  decide(child: object): Promise<Answer>;
  /** Open tasks of an agency, after a pass over the log. */
  tasks(agency: string, query?: string): Promise<Shown[]>;
  // biome-ignore lint/suspicious/noExplicitAny: entries of every shape
  entries(query?: string): Promise<any[]>;
}

/** A task as an inbox shows it. */
export interface Shown {
  letters?: string[];
  id: string;
  kind: string;
  state: string;
  ref?: string;
  about: string;
  due: string;
  opened: string;
  department?: string;
  details: Record<string, unknown>;
  assignee?: { agency: string; name?: string; until: string; mine: boolean };
}

export const DAY = 86_400_000;

/** A rig for the tests of one file, closed after them. */
export async function fileRig(options: Partial<GatewayOptions> = {}): Promise<Rig> {
  const rig = await makeRig(options);
  return closedAfter(rig, rig.gateway);
}

export async function makeRig(options: Partial<GatewayOptions> = {}): Promise<Rig> {
  let moved = 0;
  const now = () => Date.now() + moved;
  const gateway = await testGateway({ ...options, now });
  const put: Rig['put'] = async (agency, match, fields) =>
    (await gateway.put(agency, { match, fields }))[0].ref;
  /** Internal ids, which no caller ever sees. */
  const subjects = new WeakMap<object, string>();
  const rig: Rig = {
    gateway,
    now,
    put,
    later(ms) {
      moved += ms;
    },
    async child({ birth = turning(11), id_number = freshNumber(birth), mca = {} } = {}) {
      const match = { id_number };
      await put('mps-county', match, { name: '欧阳娜娜', ...match, birth_date: birth });
      const status = { status: 'normal', conflict: false };
      const ref = await put('mca-county', match, {
        division_code: '990001001',
        guardianship_status: status,
        guardian_identity: GUARDIANS,
        ...mca,
      });
      const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId('mca-county'));
      const child = { match };
      subjects.set(child, references.toSubject(ref) ?? '');
      return child;
    },
    subjectOf: (child) => subjects.get(child) ?? '',
    async refOf(agency, child) {
      const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
      return references.toRef(asSubjectId(subjects.get(child) ?? ''));
    },
    casework: (agency, method, path, body, words = DESK) =>
      gateway.call(agency, { actions: ['casework'], ...words }, method, path, body),
    consent: (child, change = {}, agency = 'mca-county') =>
      rig.casework(agency, 'POST', '/v1/consents', {
        subject: child,
        purpose: 'D1',
        recipient: 'cdpf-county',
        fields: ['name', 'birth_date'],
        giver: 'guardian',
        relation: 'mother',
        method: 'signed-form',
        noticeVersion: noticeFor(String((change as { purpose?: string }).purpose ?? 'D1')),
        evidence: digest(JSON.stringify([child, change])),
        ...shownFor(change, child),
        ...change,
      }),
    token: gateway.token,
    call: gateway.call,
    release: (agency, purpose, request, context = {}) =>
      gateway.call(
        agency,
        { actions: ['release'], purpose, reason: reasonFor(purpose), ...WORDS, ...context },
        'POST',
        '/v1/releases',
        {
          collection: 'children',
          ...request,
        },
      ),
    decide: (child) =>
      rig.release('mca-county', 'W1', { subjects: [child], fields: ['name'] }, { case: 'MCA-2026-1' }),
    async tasks(agency, query = '') {
      await gateway.casework.pass();
      return (await rig.casework(agency, 'GET', `/v1/tasks?limit=200${query}`)).json.tasks;
    },
    async entries(query = '') {
      const path = `/v1/log/entries?limit=200${query}`;
      return (await gateway.call('audit-office', { actions: ['audit'] }, 'GET', path)).json.entries;
    },
  };
  return rig;
}
