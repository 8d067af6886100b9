/** A county in which every purpose can be used: children, consents, approvals, codes, counts. */
import { hash } from 'node:crypto';
import { expect } from 'vitest';
import { textDigest } from '../../../functions/steps/codes.ts';
import { getAgency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import { runJob } from '../../maintenance/rig.ts';
import { children as pack } from '../../policy/support.ts';
import { type Answer, type TestGateway, testGateway } from '../../support/gateway.ts';
import { GUARDIAN, shownFor } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { freshNumber } from '../../support/people.ts';

export interface Child {
  match: { id_number: string };
}

export interface World {
  gateway: TestGateway;
  /** A child of ten in the county, or in the neighbouring one; in the family or in state care. */
  child(foreign?: boolean, status?: string): Promise<Child>;
  /** What guardian, child or recipient said, filed by the desk; a child's age decides what counts. */
  say(
    child: Child,
    purpose: string,
    recipient: string,
    fields: string[],
    act?: string,
    giver?: string,
  ): Promise<void>;
  act(agency: string, path: string, body: object): Promise<Answer>;
}

/** Of the story card. */
export const TEXT = '这个孩子每天走很远的路去上学，老师说她爱读书。';
const PROOF = { method: 'signed-form', officers: ['li.na'] };

export async function makeWorld(): Promise<World> {
  const gateway = await testGateway();
  await lend(gateway, 'press-office', ['PROP', 'CAC'], ['press-office', 'cyberspace-office'], ['M1', 'N1']);
  await lend(gateway, 'procuratorate-county', ['JUSTICE'], ['legal-aid'], ['J2']);
  await lend(gateway, 'charity-harbour', ['EDU'], ['kindergarten'], ['S1'], '某县第一小学');
  await lend(gateway, 'audit-office', ['JUSTICE'], ['appointed-counsel'], ['J2']);
  await populate(gateway);
  const birth = `${new Date().getFullYear() - 10}-01-06`;
  const world: World = {
    gateway,
    async child(foreign = false, status = 'normal') {
      const welfare = { ...WELFARE, guardianship_status: { status, conflict: false } };
      const id = freshNumber(birth, foreign ? '990002' : undefined);
      const match = { id_number: id };
      if (foreign) {
        const fields = { ...welfare, name: '欧阳娜娜', birth_date: birth, division_code: '990002001' };
        await gateway.put('mca-neighbour', { match, fields });
        return { match };
      }
      const person = { id_number: id, name: '欧阳娜娜', sex: '1', birth_date: birth };
      const police = { ...person, harm_incident: HARM };
      await gateway.put('mps-county', { match, fields: police });
      await gateway.put('mca-county', { match, fields: { ...welfare, division_code: '990001001' } });
      await gateway.put('edu-county', { match, fields: SCHOOL });
      await gateway.put('health-hospital', { match, fields: HEALTH });
      return { match };
    },
    async say(child, purpose, recipient, fields, act = 'given', giver = 'guardian') {
      const about = purpose === 'M1' ? { text: textDigest(TEXT) } : {};
      const said = {
        subject: child,
        purpose,
        recipient,
        fields,
        act,
        giver,
        ...PROOF,
        ...about,
        noticeVersion: noticeFor(purpose),
        ...shownFor({ giver, act }, child),
      };
      const body = { ...said, evidence: hash('sha256', JSON.stringify(said)) };
      const by = giver === 'recipient' ? recipient : 'mca-county';
      const { status, text } = await world.act(by, '/v1/consents', body);
      expect(status, text).toBe(200);
    },
    act: (agency, path, body) => {
      const details = { actions: ['casework'], officer: `boss.${agency}`, reason: 'as the rules say' };
      return gateway.call(agency, details, 'POST', path, body);
    },
  };
  return world;
}

/** Roles that no sample agency has. */
async function lend(
  { tables }: TestGateway,
  clientId: string,
  departments: string[],
  roles: string[],
  purposes: string[],
  institution?: string,
): Promise<void> {
  const agency = await getAgency(tables.agencies, asClientId(clientId), Date.now());
  if (!agency) throw new Error('no such agency');
  const actions = [...new Set([...agency.actions, 'release'])];
  await putAgency(tables.agencies, {
    ...{ ...agency, departments, roles, purposes, actions },
    ...(institution !== undefined && { institution }),
  });
}

/** Enough children that counts and cards hide each of them. */
async function populate(gateway: TestGateway): Promise<void> {
  const year = new Date().getFullYear();
  const years = [...Array(24).fill(year - 10), ...Array(14).fill(year - 13)] as number[];
  const all = years.map((born) => ({ match: { id_number: freshNumber() }, born }));
  const of = (fields: (one: (typeof all)[number]) => object) =>
    all.map((one) => ({ match: one.match, fields: fields(one) }));
  const police = of(({ match, born }) => ({ ...match, sex: '1', birth_date: `${born}-01-06` }));
  await gateway.put('mps-county', ...police);
  await gateway.put('mca-county', ...of(() => ({ division_code: '990001001' })));
  await runJob(gateway, 'cohorts');
}

/** Fields of a programme, which a consent to its check must name. */
export function programmeFields(name: string): string[] {
  return [...(pack.programmes.get(name)?.fields ?? [])];
}

const HARM = { type: 'neglect', date: '2026-03-01' };
const SCHOOL = {
  schooling_status: 'primary',
  school_name: { school: '某县第一小学', class: '三班' },
  edu_assessment: 'ordinary class with support',
};
const HEALTH = { hiv_status: 'none', illness: { code: 'C91' }, mental_health: { code: 'F43' } };

const WELFARE = {
  guardianship_status: { status: 'normal', conflict: false },
  able_to_express_will: true,
  guardian_phone: '13900000001',
  guardian_identity: GUARDIAN,
  hardship_category: ['orphan'],
  household_profile: { members: 3, monthlyIncome: 820 },
  benefits: [{ scheme: 'orphan', amount: 1200, from: '2025-01' }],
};
