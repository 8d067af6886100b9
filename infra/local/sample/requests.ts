/** Requests between the sample's departments in every state, and two emergencies. */

import { connect, type Fieldgate } from '../../../shared/client/connect.ts';
import type { RequestFiling } from '../../../shared/client/requests.ts';
import type { PersonToken } from '../../../shared/client/wire/session.ts';
import type { SampleKeys } from './load.ts';
import { recordsOf } from './records.ts';

/** Signs a sample person in. */
export type SignsIn = (person: string) => Promise<PersonToken>;

/** Keys of a sample agency by its client id. */
type KeysOf = (clientId: string) => SampleKeys;

const OFFICERS: ReadonlyMap<string, string> = new Map([
  ['court-county', 'wu.jun'],
  ['procuratorate-county', 'feng.xue'],
  ['mps-county', 'liu.yang'],
  ['mca-county', 'zhao.min'],
  ['health-hospital', 'ma.lin'],
  ['finance-county', 'song.jia'],
]);

/** May be repeated on the same day: the same request is filed and answered once. */
export async function makeRequests(
  url: string,
  keysOf: KeysOf,
  signIn: SignsIn,
  sample: { people: number; today: string },
): Promise<void> {
  const ids = known(sample);
  if (ids.length < 6) return;
  const gates = new Map<string, Fieldgate>();
  const as = async (clientId: string) => {
    const actorToken = () => signIn(OFFICERS.get(clientId) ?? '');
    const gate =
      gates.get(clientId) ??
      (await connect({ issuer: url, clientId, key: keysOf(clientId).sig, actorToken }));
    gates.set(clientId, gate);
    return gate;
  };
  const child = (at: number) => [{ match: { id_number: ids[at] ?? '' } }];
  const why = (clientId: string, reason: string) => ({ officer: OFFICERS.get(clientId) ?? '', reason });
  const submit = async (clientId: string, filing: RequestFiling, reason: string) =>
    (await as(clientId)).requests.submit({ ...filing, ...why(clientId, reason) });
  const answer = async (clientId: string, act: 'approve' | 'refuse', id: string, reason: string) => {
    const gate = await as(clientId);
    const { entry } = await gate.call('GET /v1/requests/:id', { id });
    await gate.call(`POST /v1/requests/:id/${act}`, { id, body: { entry, ...why(clientId, reason) } });
  };

  const hearing = { purpose: 'J1', case: 'CR-2026-031', instrument: 'WRIT-2026-7' };
  const fields = ['name', 'residence_address', 'guardian_relation'];
  const heard = await submit(
    'court-county',
    { ...hearing, subjects: child(0), fields },
    'hearing of the case',
  );
  await answer('mps-county', 'approve', heard.id, 'the writ names this child');
  const charged = { purpose: 'J1', case: 'PR-2026-112', instrument: 'WRIT-2026-9' };
  await submit('procuratorate-county', { ...charged, subjects: child(1), fields }, 'review of the charge');
  const payment = { purpose: 'W2', case: 'PAY-2026-11', fields: ['bank_account', 'benefits'] };
  const paid = await submit('mca-county', { ...payment, subjects: child(2) }, 'payment of November');
  await answer('finance-county', 'approve', paid.id, 'within the budget');
  const status = { purpose: 'W1', case: 'W-2026-88', fields: ['hiv_status'] };
  const asked = await submit('mca-county', { ...status, subjects: child(3) }, 'review of the status');
  await answer('health-hospital', 'refuse', asked.id, 'the status does not depend on it');
  const doubled = { ...status, case: 'W-2026-89', subjects: child(4) };
  const mistaken = await submit('mca-county', doubled, 'review of the status');
  const wrong = { id: mistaken.id, body: why('mca-county', 'the wrong child') };
  await (await as('mca-county')).call('POST /v1/requests/:id/withdraw', wrong);

  await emergency(await as('mps-county'), child(5), why('mps-county', 'child missing since noon'));
  const police = await as('mca-county');
  for await (const { id, kind } of police.items('GET /v1/tasks', 'tasks', {}))
    if (kind === 'review')
      await police.call('POST /v1/tasks/:id/complete', {
        id,
        body: { outcome: 'justified', ...why('mca-county', 'the child was found') },
      });
  await emergency(await as('health-hospital'), child(5), why('health-hospital', 'unconscious at admission'));
}

async function emergency(
  gate: Fieldgate,
  subjects: { match: { id_number: string } }[],
  why: { officer: string; reason: string },
): Promise<void> {
  const context = { imminentDangerAttested: true };
  await gate.release({ purpose: 'E1', subjects, fields: ['name', 'guardian_phone'], context, ...why });
}

/** ID numbers of children with sheets of both police and civil affairs, in record order. */
function known(sample: { people: number; today: string }): string[] {
  const ids = (clientId: string) =>
    [...recordsOf(clientId, sample)].flatMap((record) =>
      'match' in record && record.match['id_number'] !== undefined ? [record.match['id_number']] : [],
    );
  const police = new Set(ids('mps-county'));
  return ids('mca-county').filter((id) => police.has(id));
}
