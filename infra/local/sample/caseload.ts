/** Open cases of the sample's offices, each opened by one officer and confirmed by the supervisor. */

import { connect, type Fieldgate } from '../../../shared/client/connect.ts';
import { childrenOf } from './child.ts';
import { fileBoth, guardianCards } from './consents.ts';
import type { Case } from './facts.ts';
import type { SampleKeys } from './load.ts';
import type { SignsIn } from './requests.ts';
import { isOf } from './stories.ts';

interface SampleCase {
  agency: string;
  purpose: string;
  number: string;
  /** The kind of child that it is about; `pupil`: an ordinary one. */
  child: Case | 'pupil';
  officer: string;
  supervisor: string;
  reason: string;
  /** Fields to which guardian and child have consented, if consent is the ground of the purpose. */
  consented?: readonly string[];
}

const BUREAU = { agency: 'mca-county', purpose: 'W1', officer: 'zhao.min', supervisor: 'zhou.qin' };

export const CASELOAD: readonly SampleCase[] = [
  { ...BUREAU, number: 'W-2026-1', child: 'turned-18-yesterday', reason: 'yearly review' },
  { ...BUREAU, number: 'W-2026-7', child: 'pupil', reason: 'yearly review' },
  {
    ...{ agency: 'cdpf-county', purpose: 'D1', number: 'D-2026-1', child: 'pupil' },
    ...{ officer: 'xu.jing', supervisor: 'guo.tao', reason: 'rehabilitation plan' },
    consented: ['name', 'disability_category'],
  },
  {
    ...{ agency: 'mps-county', purpose: 'R1', number: 'R-2026-1', child: 'harm' },
    ...{ officer: 'liu.yang', supervisor: 'huang.lei', reason: 'report of the village' },
  },
  {
    ...{ agency: 'health-hospital', purpose: 'H1', number: 'H-2026-1', child: 'pupil' },
    ...{ officer: 'ma.lin', supervisor: 'zhu.hong', reason: 'treatment after admission' },
    consented: ['name', 'guardian_phone'],
  },
  // The case of an activity has its name.
  {
    ...{ agency: 'league-county', purpose: 'F1', number: 'ACT-2026-SUMMER', child: 'pupil' },
    ...{ officer: 'cao.ming', supervisor: 'peng.fei', reason: 'holiday camp' },
    consented: ['name', 'guardian_phone'],
  },
];

/** May be repeated: a case that is open is the same case. A case whose child the sample lacks is left out. */
export async function openCases(
  url: string,
  keysOf: (clientId: string) => SampleKeys,
  signIn: SignsIn,
  sample: { people: number; today: string },
): Promise<void> {
  const children = [...childrenOf(sample)];
  for (const one of CASELOAD) {
    const { agency, purpose, number, child, officer, supervisor, reason } = one;
    const id_number = children.find((one) => isOf(one, child))?.idNumber;
    if (!id_number) continue;
    const as = (person: string, clientId = agency): Promise<Fieldgate> =>
      connect({ issuer: url, clientId, key: keysOf(clientId).sig, actorToken: () => signIn(person) });
    const subject = { match: { id_number } };
    const opening = { case: number, purpose, officers: [officer], subjects: [subject], officer, reason };
    const gate = await as(officer);
    const opened = await gate.call('POST /v1/cases', { body: opening });
    if (opened.case.state === 'waiting')
      await (await as(supervisor)).call('POST /v1/cases/:id/confirm', {
        id: opened.case.id,
        body: { entry: opened.case.opened.entry, officer: supervisor, reason: 'as assigned' },
      });
    if (!one.consented) continue;
    const desk = await as(DESK.officer, DESK.agency);
    const { notices } = await desk.call('GET /v1/notices', {});
    const notice = notices.find((one) => one.purpose === purpose)?.hash ?? '';
    const filing = {
      ...{ purpose, recipient: agency, fields: [...one.consented], officers: [officer] },
      until: new Date(Date.now() + WEEKS).toISOString(),
      ...{ officer: DESK.officer, reason: 'consent taken at the desk' },
    };
    const card = guardianCards(sample).get(id_number);
    await fileBoth(desk, filing, { id: id_number, notice, card, relation: 'father' });
  }
}

const DESK = { agency: 'mca-county', officer: 'zhao.min' };
const WEEKS = 28 * 86_400_000;
