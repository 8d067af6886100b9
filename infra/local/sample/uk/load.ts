/** Puts the sample of the English pack into a running gateway, each office by its own credentials. */
import { createHash } from 'node:crypto';
import { connect, type Fieldgate } from '../../../../shared/client/connect.ts';
import type { SampleKeys } from '../load.ts';
import type { SignsIn } from '../requests.ts';
import { unlessEnded } from '../unless-ended.ts';
import { type Kind, UK_SOURCES, ukChildren, ukRecordsOf } from './children.ts';

interface OpenCase {
  agency: string;
  purpose: string;
  number: string;
  kinds: readonly Kind[];
  officer: string;
  supervisor: string;
}

const LA = { agency: 'la-children', officer: 'alex.sample', supervisor: 'robin.sample' };

/** Each opened by one officer of the office and confirmed by the other. */
export const UK_CASES: readonly OpenCase[] = [
  { ...LA, purpose: 'CIN', number: 'CIN-2026-1', kinds: ['small', 'pupil', 'twelve', 'sixteen-today'] },
  { ...LA, purpose: 'S47', number: 'S47-2026-1', kinds: ['at-risk'] },
  { ...LA, purpose: 'LAC', number: 'LAC-2026-1', kinds: ['looked-after'] },
  {
    ...{ agency: 'school-brook', purpose: 'SCH', number: 'DSL-2026-1', kinds: ['pupil'] },
    ...{ officer: 'terry.teacher', supervisor: 'jamie.teacher' },
  },
  {
    ...{ agency: 'yj-service', purpose: 'YJS', number: 'YJS-2026-1', kinds: ['youth'] },
    ...{ officer: 'frankie.justice', supervisor: 'toni.justice' },
  },
];

/** May be repeated with the same options. @param onProgress the office that is loaded */
export async function loadUk(
  url: string,
  keysOf: (clientId: string) => SampleKeys,
  signIn: SignsIn,
  sample: { children: number; today: string },
  onProgress: (clientId: string) => void = () => {},
): Promise<void> {
  const as = (clientId: string, person?: string): Promise<Fieldgate> =>
    connect({
      ...{ issuer: url, clientId, key: keysOf(clientId).sig },
      ...(person !== undefined && { actorToken: () => signIn(person) }),
    });
  for (const clientId of UK_SOURCES) {
    onProgress(clientId);
    const { results } = await (await as(clientId)).intake(ukRecordsOf(clientId, sample), { batchSize: 100 });
    for (const result of results) {
      if ('problem' in result && result.problem.code !== 'VERSION_CONFLICT')
        throw Object.assign(new Error('a record was refused'), { code: result.problem.code });
      if ('refused' in result && Object.keys(result.refused).length > 0)
        throw Object.assign(new Error('a field was refused'), { code: 'FIELD_REFUSED' });
    }
  }
  const byKind = new Map([...ukChildren(sample)].map((child) => [child.kind, child]));
  for (const { agency, purpose, number, kinds, officer, supervisor } of UK_CASES) {
    const subjects = kinds.flatMap((kind) => {
      const child = byKind.get(kind);
      return child ? [{ match: { nhs_number: child.nhsNumber } }] : [];
    });
    if (subjects.length === 0) continue;
    const why = { officer, reason: 'opened with the sample' };
    const opening = { case: number, purpose, officers: [officer], subjects };
    const opened = await unlessEnded((await as(agency, officer)).cases.open(opening, why));
    if (opened?.case.state === 'waiting')
      await (await as(agency, supervisor)).cases.confirm(opened.case.id, {
        officer: supervisor,
        reason: 'as assigned',
      });
  }
  const small = byKind.get('small');
  if (small) await motherConsents(await as('nhs-hv', 'jo.visitor'), small.nhsNumber, sample.today);
}

/** Taken by the health visitor for the authority's assessment; the same paper is filed once. */
async function motherConsents(gate: Fieldgate, nhsNumber: string, today: string): Promise<void> {
  const { notices } = await gate.notices();
  const at = `${today}T00:00:00.000Z`;
  await gate.consents.file(
    {
      subject: { match: { nhs_number: nhsNumber } },
      ...{ purpose: 'CIN', recipient: 'la-children', giver: 'guardian', relation: 'mother' },
      fields: ['name', 'birth_date', 'home_address', 'school', 'health_contact'],
      ...{ method: 'in-person', at, from: at },
      noticeVersion: notices.find(({ purpose }) => purpose === 'CIN')?.hash ?? '',
      evidence: createHash('sha256').update(`CIN, mother of ${nhsNumber}`).digest('hex'),
    },
    { officer: 'jo.visitor', reason: 'told and asked at a visit' },
  );
}
