/** Requests, approvals and releases over HTTP, for the tests of casework. */
import { type Answer, type Callers, fileGateway, type TestGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { reasonFor } from '../support/reasons.ts';

export interface Desk {
  gateway: TestGateway;
  now(): number;
  /** With tokens of the present hour. */
  call: Callers['call'];
  /** Moves the clock, in milliseconds; tokens made before end. */
  later(ms: number): void;
  /** A child with records of police, civil affairs, school and hospital. */
  child(birth?: string): Promise<{ id: string; match: { id_number: string } }>;
  put(agency: string, record: object): Promise<string>;
  /** One act of casework by an officer of the agency. */
  act(agency: string, officer: string, method: string, path: string, body?: object): Promise<Answer>;
  release(agency: string, purpose: string, request: object, context?: object): Promise<Answer>;
  // biome-ignore lint/suspicious/noExplicitAny: entries of every shape
  entries(query?: string): Promise<any[]>;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** The words that a release and its request share. */
export const CASE = {
  case: 'CR-2026-031',
  officer: 'wu.jun',
  reason: 'hearing of the case',
  instrument: 'WRIT-7',
};

/** Closed after the tests of the file. @param start the gateway's first instant */
export async function fileDesk(start = Date.parse('2026-03-10T01:00:00Z')): Promise<Desk> {
  const began = Date.now();
  let moved = start - began;
  const now = () => Date.now() + moved;
  const gateway = await fileGateway({ now });
  const put: Desk['put'] = async (agency, record) => (await gateway.put(agency, record))[0].ref;
  return {
    gateway,
    now,
    call: gateway.call,
    put,
    later(ms) {
      moved += ms;
    },
    async child(birth = BORN) {
      const id = freshNumber(birth);
      const match = { id_number: id };
      const sheets: [string, object][] = [
        ['mps-county', { name: '欧阳娜娜', id_number: id, sex: '1', birth_date: birth }],
        ['mca-county', { ...WELFARE, division_code: '990001001' }],
        ['edu-county', { schooling_status: 'primary', edu_assessment: 'ordinary class with support' }],
        ['health-hospital', { illness: { code: 'C91', since: '2023-04-01' }, hiv_status: 'none' }],
      ];
      for (const [agency, fields] of sheets) await put(agency, { match, fields });
      return { id, match };
    },
    act(agency, officer, method, path, body) {
      const { purpose } = (body ?? {}) as { purpose?: string };
      const details = { actions: ['casework'], officer, reason: reasonFor(purpose) };
      return gateway.call(agency, details, method, path, body);
    },
    release(agency, purpose, request, context = {}) {
      const { instrument, ...given } = { ...CASE, reason: reasonFor(purpose, CASE.reason), ...context };
      const { request: named, ...words } = { request: undefined, ...given };
      const details = { actions: ['release'], purpose, ...words };
      const body = { collection: 'children', ...request, context: { instrument, request: named } };
      return gateway.call(agency, details, 'POST', '/v1/releases', body);
    },
    async entries(query = '') {
      return (await gateway.audit(`/v1/log/entries?limit=100${query}`)).entries;
    },
  };
}

const WELFARE = {
  guardianship_status: { status: 'normal', conflict: false },
  guardian_phone: '13900000001',
  residence_address: { text: '清河县东街 1 号', division: '990001001' },
  placement_site: { institution: 'none', address: '清河县北街 2 号', secret: true },
  bank_account: { number: '6222020000000000000', bank: '农商行', payee: '王五' },
  benefits: [{ scheme: 'orphan', amount: 1200, from: '2025-01' }],
};
