/** Open cases of the sample's offices, each opened by one officer and confirmed by the supervisor. */

import { connect, type Fieldgate } from '../../../shared/client/connect.ts';
import type { Case } from './cases.ts';
import { childrenOf } from './child.ts';
import type { SampleKeys } from './load.ts';
import type { SignsIn } from './requests.ts';
import { isOf } from './stories.ts';
import { unlessEnded } from './unless-ended.ts';

interface SampleCase {
  agency: string;
  purpose: string;
  number: string;
  /** The kind of child that it is about; `pupil`: an ordinary one. */
  child: Case | 'pupil';
  officer: string;
  supervisor: string;
  reason: string;
}

const BUREAU = { agency: 'mca-county', purpose: 'W1', officer: 'zhao.min', supervisor: 'zhou.qin' };

export const CASELOAD: readonly SampleCase[] = [
  { ...BUREAU, number: 'W-2026-1', child: 'turned-18-yesterday', reason: 'yearly review' },
  { ...BUREAU, number: 'W-2026-7', child: 'pupil', reason: 'yearly review' },
  {
    ...{ agency: 'cdpf-county', purpose: 'D1', number: 'D-2026-1', child: 'pupil' },
    ...{ officer: 'xu.jing', supervisor: 'guo.tao', reason: 'rehabilitation plan' },
  },
  {
    ...{ agency: 'mps-county', purpose: 'R1', number: 'R-2026-1', child: 'harm' },
    ...{ officer: 'liu.yang', supervisor: 'huang.lei', reason: 'report of the village' },
  },
  {
    ...{ agency: 'health-hospital', purpose: 'H1', number: 'H-2026-1', child: 'pupil' },
    ...{ officer: 'ma.lin', supervisor: 'zhu.hong', reason: 'admission' },
  },
  // The case of an activity has its name.
  {
    ...{ agency: 'league-county', purpose: 'F1', number: 'ACT-2026-SUMMER', child: 'pupil' },
    ...{ officer: 'cao.ming', supervisor: 'peng.fei', reason: 'summer camp' },
  },
];

/** May be repeated: a case that is open is the same case. A case whose child the sample lacks is left out. */
export async function openCases(
  url: string,
  keysOf: (clientId: string) => SampleKeys,
  signIn: SignsIn,
  sample: { children: number; today: string },
): Promise<void> {
  const children = [...childrenOf(sample)];
  for (const { agency, purpose, number, child, officer, supervisor, reason } of CASELOAD) {
    const id_number = children.find((one) => isOf(one, child))?.idNumber;
    if (!id_number) continue;
    const as = (person: string): Promise<Fieldgate> =>
      connect({ issuer: url, clientId: agency, key: keysOf(agency).sig, actorToken: () => signIn(person) });
    const opening = { case: number, purpose, officers: [officer], subjects: [{ match: { id_number } }] };
    const gate = await as(officer);
    const opened = await unlessEnded(gate.cases.open(opening, { officer, reason }));
    if (opened?.case.state !== 'waiting') continue;
    await (await as(supervisor)).cases.confirm(opened.case.id, {
      officer: supervisor,
      reason: 'as assigned',
    });
  }
}
