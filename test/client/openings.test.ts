/** The parts of the log that offices can open: a recipient its own entries, an owner the uses of its fields. */
import { describe, expect, test } from 'vitest';
import { recordsOf } from '../../infra/local/sample/records.ts';
import { connect, type Fieldgate } from '../../shared/client/connect.ts';
import type { LogEntry, UseInList } from '../../shared/client/wire/types.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import { fileGateway } from '../support/gateway.ts';

const TODAY = '2026-11-25';
const ASK = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5', fields: ['name'] };
const UNKNOWN = { match: { id_number: '99000120130506909X' } };

const gateway = await fileGateway();
for (const clientId of ['mps-county', 'mca-county', 'edu-county'])
  await (await as(clientId)).intake(recordsOf(clientId, { people: 2, today: TODAY }));
const actorToken = async () =>
  (await gateway.signIn?.({ id: ASK.officer, roles: ['release'], office: 'edu-county' })) ?? '';
const edu = await as('edu-county', { actorToken });
const [record] = recordsOf('edu-county', { people: 2, today: TODAY });
const { id_number } = (record as unknown as { match: { id_number: string } }).match;
const known = { match: { id_number } };
const { results } = await edu.release({ ...ASK, subjects: [known, UNKNOWN] });
const [released, refused] = results.map(({ receipt }) => receipt as Receipt) as [Receipt, Receipt];
for (let step = 0; step < 3; step++) await gateway.sequencer.step();

function as(clientId: string, more: object = {}): Promise<Fieldgate> {
  const { sig, enc } = gateway.agency(clientId);
  return connect({ issuer: gateway.url, clientId, key: sig, enc, purpose: 'S1', ...more });
}

/** A fetch that changes the answers of one path. */
const changing =
  (path: string, change: (text: string) => string): typeof fetch =>
  async (input, init) => {
    const answer = await fetch(input, init);
    if (!String(input).includes(path)) return answer;
    return new Response(change(await answer.text()), answer);
  };

describe('a receipt', () => {
  test("opens to its office's words and the policy", async () => {
    const { place, time, said } = await edu.openReceipt(released);
    expect(place).toMatchObject({ index: expect.any(Number) });
    expect(Date.parse(time)).toBeGreaterThan(0);
    expect(said).toMatchObject({ purpose: 'S1', collection: 'children', handler: { agency: 'edu-county' } });
    expect(said['officer']).toBe('zhang.wei');
  });

  test('opens to the same members whether the subject was released or refused', async () => {
    const [first, second] = [await edu.openReceipt(released), await edu.openReceipt(refused)];
    const alike = ({ said: { operation: _, ...said } }: typeof first) => said;
    expect(alike(second)).toEqual(alike(first));
    for (const hidden of ['kind', 'outcome', 'subject', 'fields', 'withheld', 'finding', 'code', 'keys'])
      expect(first.said).not.toHaveProperty(hidden);
  });

  test('of an alert about the office is like none, though its id follows from that of its own entry', async () => {
    const details = { actions: ['release'], purpose: 'PX3', officer: 'zhang.wei', reason: 'spring appeal' };
    const body = { collection: 'children', subjects: [UNKNOWN], fields: ['name'] };
    await gateway.call('edu-county', details, 'POST', '/v1/releases', body);
    const json = await gateway.audit('/v1/log/entries?kind=alert');
    const [alert] = json.entries.filter((one: LogEntry) => one['code'] === 'PROHIBITED_PURPOSE');
    expect(alert.handler.agency).toBe('edu-county');
    const open = (id: string) =>
      gateway.call('edu-county', { actions: ['casework'] }, 'GET', `/v1/receipts/${id}`);
    expect((await open(released.entry)).status).toBe(200);
    expect((await open(alert.id)).json.code).toBe('NOT_FOUND');
  });

  test('of another office looks like a missing one', async () => {
    const other = await as('mps-county');
    await expect(other.openReceipt(released)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const made = { ...released, entry: `${released.entry.slice(0, -1)}9` };
    await expect(other.openReceipt(made)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each([
    ['an opening', (text: string) => text.replace('\\"S1\\"', '\\"S2\\"')],
    ['a salt', (text: string) => text.replace(/"salt":"../, '"salt":"AA')],
    ['the leaf', (text: string) => text.replace(/"canonical":"....../, '"canonical":"AAAAAA')],
  ])('is refused if %s was changed', async (_, change) => {
    const cheated = await as('edu-county', { fetch: changing('/v1/receipts/', change) });
    await expect(cheated.openReceipt(released)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
  });
});

describe('a use', () => {
  const uses = async (gate: Fieldgate) => {
    const all: UseInList[] = [];
    for await (const use of gate.items('GET /v1/usage', 'entries', { query: { openings: 'yes' } }))
      all.push(use);
    return all;
  };

  test('matches its leaf in the log, and opens no field of another department', async () => {
    const police = await as('mps-county');
    const use = (await uses(police)).find(({ id }) => id === released.entry) as UseInList;
    const { place, said } = await police.checkUse(use);
    expect(place).not.toBeNull();
    expect(said).toMatchObject({ kind: 'decision', outcome: 'released', purpose: 'S1', rule: use['rule'] });
    expect(said['handler']).toMatchObject({ agency: 'edu-county' });
    for (const hidden of ['officer', 'person', 'owners', 'fields', 'subject', 'case', 'reason'])
      expect(use['openings']).not.toHaveProperty(hidden);
  });

  test('that shows another purpose than its leaf is refused', async () => {
    const police = await as('mps-county');
    const [use] = (await uses(police)) as [UseInList];
    await expect(police.checkUse({ ...use, purpose: 'C1' })).rejects.toMatchObject({
      code: 'RECEIPT_INVALID',
    });
  });
});
