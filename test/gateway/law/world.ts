/** One county for all rows of the law, with the calls that the rows share. */
import { expect } from 'vitest';
import { getAgency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { Answer, Details } from '../../support/gateway.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { freshNumber } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';
import { type Child, makeWorld, type World } from '../purposes/world.ts';

const OFFICER = { case: 'CASE-1', officer: 'li.na' };
/** Of an act that is for no purpose. */
export const WORDS = { ...OFFICER, reason: 'as the rules say' };
export const wordsFor = (purpose: string) => ({ ...OFFICER, reason: reasonFor(purpose) });
/** The school of an office of the sample. */
export const SCHOOL = '清河县第二小学';
const DAY = 86_400_000;

/** A birthday so many years and days ago, by the day of the county. */
export function bornAgo(years: number, days = 0): string {
  const date = new Date(Date.now() + 8 * 3_600_000 - days * DAY).toISOString().slice(0, 10);
  return `${Number(date.slice(0, 4)) - years}${date.slice(4)}`.replace('-02-29', '-02-28');
}

export type Law = Awaited<ReturnType<typeof openLaw>>;

export async function openLaw() {
  const world: World = await makeWorld();
  const { gateway } = world;

  /** A person of the county, with what the departments hold beyond the number. */
  async function person(birth: string, sheets: Record<string, object> = {}): Promise<Child> {
    const id = freshNumber(birth);
    const match = { id_number: id };
    const police = { id_number: id, name: '欧阳娜娜', sex: '1', birth_date: birth, ...sheets['mps-county'] };
    const civil = {
      division_code: '990001001',
      guardianship_status: { status: 'normal', conflict: false },
      guardian_identity: GUARDIAN,
      ...sheets['mca-county'],
    };
    const { 'mps-county': _, 'mca-county': __, ...others } = sheets;
    const all = { 'mps-county': police, 'mca-county': civil, ...others };
    for (const [agency, fields] of Object.entries(all)) await gateway.put(agency, { match, fields });
    return { match };
  }

  /** A release as a whole answer. */
  function ask(
    agency: string,
    purpose: string,
    subject: object,
    fields?: string[],
    { context, ...words }: Partial<Details> & { context?: object } = {},
  ): Promise<Answer> {
    const details = { actions: ['release'], purpose, ...wordsFor(purpose), ...words };
    const body = { collection: 'children', subjects: [subject], ...(fields && { fields }), context };
    return gateway.call(agency, details, 'POST', '/v1/releases', body);
  }

  /** The one result of a release, which was answered. */
  async function release(...call: Parameters<typeof ask>): Promise<Answer['json']> {
    const { status, json, text } = await ask(...call);
    expect(status, text).toBe(200);
    return json.results[0];
  }

  const code = async (...call: Parameters<typeof ask>) => (await ask(...call)).json.code;
  const entry = (id: string) => gateway.audit(`/v1/log/entries/${id}`);

  async function tasks(agency: string, kind: string): Promise<Answer['json'][]> {
    await gateway.sequencer.step();
    await gateway.casework.pass();
    const { json } = await gateway.call(agency, { actions: ['casework'] }, 'GET', '/v1/tasks?limit=200');
    return json.tasks.filter((task: { kind: string }) => task.kind === kind);
  }

  /** Runs `work` while the register holds other rights of the agency. */
  async function lent(clientId: string, rights: object, work: () => Promise<void>): Promise<void> {
    const agency = await getAgency(gateway.tables.agencies, asClientId(clientId), Date.now());
    if (!agency) throw new Error('no such agency');
    await putAgency(gateway.tables.agencies, { ...agency, ...rights } as never);
    try {
      await work();
    } finally {
      await putAgency(gateway.tables.agencies, agency);
    }
  }

  return { world, gateway, person, ask, release, code, entry, tasks, lent, act: world.act };
}
