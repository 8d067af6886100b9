import { describe, expect, test } from 'vitest';
import { fileGateway } from '../support/gateway.ts';
import { reasonFor } from '../support/reasons.ts';

const DECOY = '99000120130506001X';
const CHILD = '990001201305069073';
const officer = { officer: 'wang.fang', reason: 'a decoy for the county' };

const audit = (method: string, path: string, body?: unknown) =>
  gateway.call('audit-office', { actions: ['audit'], officer: 'wang.fang' }, method, path, body);
const release = (id_number: string) =>
  gateway.call(
    'edu-county',
    { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: 'winter subsidy' },
    'POST',
    '/v1/releases',
    { collection: 'children', subjects: [{ match: { id_number } }], fields: ['name'] },
  );

async function watch(): Promise<void> {
  for (let left = true; left; ) {
    await gateway.sequencer.step();
    const { behind, leaves } = await gateway.watcher.scan();
    left = behind > 0 || leaves > 1;
  }
}

const entries = async (query: string) => (await audit('GET', `/v1/log/entries?${query}`)).json.entries;
const decoyAlerts = async () => (await audit('GET', '/v1/alerts?code=DECOY')).json.alerts;

const gateway = await fileGateway();
for (const id_number of [DECOY, CHILD]) {
  const fields = { name: '测试儿童甲', birth_date: '2013-05-06', division_code: '990001001001' };
  await gateway.put('mca-county', { match: { id_number }, fields });
}

describe('a decoy', () => {
  test('is marked by the entry of its intake, with officer and reason, and nothing else', async () => {
    const [, first] = await entries('kind=intake&agency=mca-county');
    // The key of the office marks no record, under no name.
    const claimed = { actions: ['audit'], claimed: true, ...officer } as const;
    const alone = await gateway.call('audit-office', claimed as never, 'POST', '/v1/decoys', {
      entry: first.id,
    });
    expect(alone.json.code).toBe('PERSON_REQUIRED');
    expect((await audit('POST', '/v1/decoys', { entry: first.id })).json.code).toBe('NO_REASON');
    const [writer] = await entries('kind=writer&limit=1');
    expect((await audit('POST', '/v1/decoys', { entry: writer.id, ...officer })).status).toBe(404);
    const marked = await audit('POST', '/v1/decoys', { entry: first.id, ...officer });
    expect(marked.status).toBe(200);
    const { json } = await audit('GET', '/v1/decoys');
    expect(json.decoys).toMatchObject([{ logId: first.subject, entry: marked.json.receipt.entry }]);
    const other = await gateway.call(
      'edu-county',
      { actions: ['release'], purpose: 'S1' },
      'GET',
      '/v1/decoys',
    );
    expect(other.status).toBe(403);
  });

  test('looks like any other record to agencies', async () => {
    const shapes = await Promise.all(
      [DECOY, CHILD].map(async (id) => {
        const { status, json } = await release(id);
        const [result] = json.results;
        const { ref, receipt, ...rest } = result;
        return { status, ref: ref.length, receipt: Object.keys(receipt), fields: Object.keys(rest.fields) };
      }),
    );
    expect(shapes[0]).toEqual(shapes[1]);
  });

  test('raises an alert on a request, with caller, purpose and entries', async () => {
    await watch();
    const [alert, ...more] = await decoyAlerts();
    const [decision] = (await entries('kind=decision')).slice(-1);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      kind: 'alert',
      code: 'DECOY',
      severity: 'high',
      count: 1,
      purpose: 'S1',
      sealed: true,
      handler: { agency: 'edu-county' },
      words: { officer: 'zhang.wei' },
    });
    const about = (await audit('GET', `/v1/log/entries/${alert.about}`)).json;
    const { json } = await audit('GET', '/v1/decoys');
    expect(about).toMatchObject({ kind: 'decision', subject: json.decoys[0].logId });
    expect(decision.kind).toBe('decision');
    await release(DECOY);
    await release(CHILD);
    await watch();
    expect(await decoyAlerts()).toMatchObject([{ count: 2 }]);
  });

  test("raises an alert on a charity's check", async () => {
    const programmes = await gateway.call(
      'charity-sunrise',
      { actions: ['verify'], purpose: 'C1' },
      'GET',
      '/v1/programmes',
    );
    const [{ name }] = programmes.json.programmes;
    const details = {
      actions: ['verify'],
      purpose: 'C1',
      case: 'P-1',
      officer: 'wu.min',
      reason: 'aid applied for',
    };
    const answer = await gateway.call('charity-sunrise', details, 'POST', '/v1/verifications', {
      programme: name,
      subject: { match: { id_number: DECOY, name: '测试儿童甲' } },
    });
    expect(answer.status).toBe(200);
    await watch();
    expect((await decoyAlerts()).map((alert: { handler: object }) => alert.handler)).toContainEqual(
      expect.objectContaining({ agency: 'charity-sunrise' }),
    );
  });

  test('raises an alert on a write under its number', async () => {
    await gateway.put('health-hospital', {
      match: { id_number: DECOY },
      fields: { health_status: 'healthy' },
    });
    await watch();
    expect((await decoyAlerts()).map((alert: { handler: object }) => alert.handler)).toContainEqual(
      expect.objectContaining({ agency: 'health-hospital' }),
    );
  });

  const subject = { match: { id_number: DECOY } };
  test.each([
    ['freeze', 'mca-county', '/v1/freezes', { target: { subject } }],
    ['freeze', 'court-county', '/v1/holds', { subject, instrument: 'ORDER-2026-1' }],
    ['reading', 'desk-county', '/v1/subjects/find', { subject }],
    [
      'request',
      'mca-county',
      '/v1/cases',
      { purpose: 'W3', case: 'V-1', subjects: [subject], officers: ['a'] },
    ],
    ['request', 'mca-county', '/v1/conflicts', { subject, evidence: 'a'.repeat(64) }],
  ])('raises an alert on a %s by %s at %s', async (kind, agency, path, body) => {
    await watch();
    const known = new Set((await decoyAlerts()).map(({ id }: { id: string }) => id));
    const reason = reasonFor('purpose' in body ? String(body.purpose) : undefined);
    const details = { actions: ['casework'], officer: 'zhao.min', reason };
    expect((await gateway.call(agency, details, 'POST', path, body)).status).toBeLessThan(203);
    await watch();
    const [alert, ...more] = (await decoyAlerts()).filter(({ id }: { id: string }) => !known.has(id));
    expect([alert?.handler.agency, more]).toEqual([agency, []]);
    expect((await audit('GET', `/v1/log/entries/${alert.about}`)).json.kind).toBe(kind);
  });

  test('raises none when auditors read about it', async () => {
    await watch();
    const before = await decoyAlerts();
    const [{ logId }] = (await audit('GET', '/v1/decoys')).json.decoys;
    expect(await entries(`subject=${logId}`)).not.toEqual([]);
    await watch();
    expect(await decoyAlerts()).toEqual(before);
  });

  test('is in no public leaf, and neither is the finding', async () => {
    const { json } = await audit('GET', '/v1/decoys');
    const { logId } = json.decoys[0];
    const looked = await entries('kind=watch&limit=100');
    expect(looked.length).toBeGreaterThan(2);
    for (const { id } of looked) {
      const { canonical } = (await audit('GET', `/v1/log/entries/${id}`)).json;
      const leaf = Buffer.from(canonical, 'base64').toString();
      expect(leaf).not.toContain(logId);
      expect(leaf).not.toMatch(/DECOY|edu-county|charity/);
      // Entries with and without a finding look the same.
      expect(Object.keys(JSON.parse(leaf)).sort()).toEqual(
        ['v', 'kind', 'id', 'time', 'writer', 'seq', 'leaf', 'previous', 'committed'].sort(),
      );
    }
    const alerts = await entries('kind=alert&limit=100');
    expect(alerts.filter(({ code }: { code: string }) => code === 'DECOY')).toEqual([]);
  });

  test('is a finding in the export for a SIEM', async () => {
    const accept = { accept: 'application/x-ndjson; profile=ocsf' };
    const path = '/v1/log/entries?kind=watch&limit=100';
    const details = { actions: ['audit'] };
    const { text } = await gateway.call('audit-office', details, 'GET', path, undefined, accept);
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [alert] = await decoyAlerts();
    const found = events.filter(({ class_uid }) => class_uid === 2004);
    expect(found.map(({ finding_info }) => finding_info.uid)).toContain(alert.id);
    expect(found.length).toBeLessThan(events.length);
    expect(found[0]).toMatchObject({ severity_id: 4, is_alert: true, finding_info: { title: 'DECOY' } });
    expect(found[0].finding_info.related_events.length).toBeGreaterThan(0);
  });

  test('is acknowledged like any alert', async () => {
    const [alert] = await decoyAlerts();
    const { status, json } = await audit('POST', `/v1/alerts/${alert.id}/acknowledge`, { note: 'called' });
    expect(status).toBe(200);
    // The public leaf does not say of which minute it is.
    const noted = (await audit('GET', `/v1/log/entries/${json.receipt.entry}`)).json;
    expect(Buffer.from(noted.canonical, 'base64').toString()).not.toContain(alert.id);
    expect(noted).toMatchObject({ kind: 'review', outcome: 'acknowledged', about: alert.id });
    const open = (await audit('GET', '/v1/alerts?code=DECOY&acknowledged=no')).json.alerts;
    expect(open.map(({ id }: { id: string }) => id)).not.toContain(alert.id);
  });
});

test('an officer can neither review an entry of their own agency nor acknowledge an alert about one; trying raises an alert', async () => {
  const { json } = await audit('GET', '/v1/decoys');
  const own = await audit('POST', `/v1/log/entries/${json.decoys[0].entry}/reviews`, {
    verdict: 'justified',
  });
  expect([own.status, own.json.code]).toEqual([403, 'APPROVER_IS_REQUESTER']);
  const [alert] = (await audit('GET', '/v1/alerts?code=APPROVER_IS_REQUESTER')).json.alerts;
  expect(alert).toMatchObject({ handler: { agency: 'audit-office' }, severity: 'medium', count: 1 });
  const noted = await audit('POST', `/v1/alerts/${alert.id}/acknowledge`, {});
  expect([noted.status, noted.json.code]).toEqual([403, 'APPROVER_IS_REQUESTER']);
});

test('alerts come in pages, by agency, severity and acknowledgement', async () => {
  const all = (await audit('GET', '/v1/alerts')).json.alerts;
  const paged: { id: string; code: string }[] = [];
  let cursor: string | undefined;
  do {
    const { json } = await audit('GET', `/v1/alerts?limit=1${cursor ? `&cursor=${cursor}` : ''}`);
    paged.push(...json.alerts);
    cursor = json.cursor;
  } while (cursor);
  const names = (list: { id: string; code: string }[]) => list.map(({ id, code }) => `${id} ${code}`);
  expect(names(paged)).toEqual(names(all));
  const chosen = async (query: string) => (await audit('GET', `/v1/alerts?${query}`)).json.alerts;
  expect((await chosen('agency=charity-sunrise')).length).toBeGreaterThan(0);
  for (const alert of await chosen('severity=high')) expect(alert.severity).toBe('high');
  expect(await chosen('acknowledged=yes')).toHaveLength(1);
  expect((await audit('GET', '/v1/alerts?severity=grave')).status).toBe(400);
});

test('a decoy is one of five that an auditor marks in a day, with an alert before', async () => {
  for (let made = 0; made < 6; made++)
    await gateway.put('edu-county', {
      match: { local_id: `D-${made}` },
      fields: { schooling_status: 'primary' },
    });
  const details = { actions: ['audit'], officer: 'gao.yuan', reason: 'many of them' };
  const codes = [];
  for (const { id: entry } of await entries('kind=intake&agency=edu-county&limit=6')) {
    const { status, json } = await gateway.call('audit-office', details, 'POST', '/v1/decoys', { entry });
    codes.push(json.code ?? status);
  }
  expect(codes).toEqual([200, 200, 200, 200, 200, 'BUDGET_SPENT']);
  const { alerts } = (await audit('GET', '/v1/alerts?code=MANY_STOPS')).json;
  expect(alerts.length).toBeGreaterThan(0);
});
