/** Incidents: the scope comes from the log, the clock from the policy, and the tasks from both. */

import { describe, expect, it as plain } from 'vitest';
import { type Incident, KIND } from '../../../functions/casework/incidents/stored.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { makeChild, put, rawItem, release, subjectOf } from '../../maintenance/rig.ts';
import { crashAt } from '../../support/crash.ts';
import { fileGateway } from '../../support/gateway.ts';

const gateway = await fileGateway();

const WHY = { officer: 'gao', reason: 'rows like these were offered on a forum' };
const AUDIT = { actions: ['audit'], ...WHY };
const from = new Date(Date.now() - 3_600_000).toISOString();
const now = () => new Date().toISOString();
const open = (subjects: object[], more: object = {}, agency = 'audit-office', details = AUDIT) => {
  const body = {
    subjects,
    fields: ['name', 'guardian_phone'],
    from,
    until: now(),
    operator: 'other',
    ...more,
  };
  return gateway.call(agency, details, 'POST', '/v1/incidents', body);
};
const tasks = async (agency: string, about: string) => {
  const details = { actions: ['casework'], ...WHY };
  const { json } = await gateway.call(agency, details, 'GET', '/v1/tasks?limit=200');
  return json.tasks.filter((task: { about: string }) => task.about === about);
};

/** A child of whom one office received the name, and another the name and no phone. */
async function leaked() {
  const child = await makeChild(gateway);
  await release(gateway, { ref: child.ref }, ['name', 'guardian_phone']);
  const S1 = { actions: ['release'], purpose: 'S1', case: 'E-1', officer: 'zhang.wei', reason: 'subsidy' };
  const body = { collection: 'children', subjects: [{ match: child.match }], fields: ['sex'] };
  await gateway.call('edu-county', S1, 'POST', '/v1/releases', body);
  await gateway.sequencer.step();
  return child;
}

const it = plain.extend('match', async () => (await leaked()).match);

describe('an incident', () => {
  it('lists the recipients of these fields of these people, starts its time limit, and opens tasks', async () => {
    const [one, two] = [await leaked(), await leaked()];
    const before = Date.now();
    const { status, json } = await open([{ match: one.match }, { match: two.match }]);
    expect([status, json.incident?.subjects]).toEqual([200, 2]);
    const { incident } = json;
    expect(incident.recipients).toMatchObject([
      {
        agency: { id: 'mca-county', label: { en: 'County civil affairs bureau', zh: '县民政局' } },
        purpose: { code: 'W1' },
        subjects: 2,
        fields: { name: ['plain'], guardian_phone: ['plain'] },
        more: 0,
        officers: [expect.any(String), expect.any(String)],
        // One officer, whose commitments differ.
        officerCount: 1,
      },
    ]);
    expect(incident.recipients[0].entries.length).toBe(2);
    const hours = (Date.parse(incident.reportBy) - before) / 3_600_000;
    expect(Math.round(hours)).toBe(4);
    expect(new Date(incident.keptUntil).getUTCFullYear()).toBe(new Date().getUTCFullYear() + 3);
    const notices = (await tasks('mca-county', incident.id)).map((task: { kind: string }) => task.kind);
    // An auditor has no inbox: civil affairs reports.
    expect(notices.sort()).toEqual(['leak-notice', 'leak-notice', 'leak-report']);
    // The record identifies no subject, and the table keeps it for at least three years.
    const stored = await rawItem(gateway, gateway.env.caseworkTable, {
      ...{ subject: { S: `incident:${incident.id}` }, item: { S: 'act#document' } },
    });
    expect(Number(stored?.['expires']?.N) * 1000).toBeGreaterThanOrEqual(Date.parse(incident.keptUntil));
    const subject = await subjectOf(gateway, one.ref);
    for (const trace of [subject, one.id, '欧阳', 'zhang.wei', 'li.na']) {
      expect(JSON.stringify(stored)).not.toContain(trace);
    }
  });

  it.each([
    ['critical-infrastructure', 1],
    ['state-organ', 2],
    ['county-organ', 4],
    ['county-organ', 24, 'general'],
    ['state-organ', 2, 'extraordinary'],
  ])('of %s is reported within %i hours of when it was known', async (operator, hours, grade?: string) => {
    const { match } = await leaked();
    const knownAt = new Date(Date.now() - 600_000).toISOString();
    const { json } = await open([{ match }], { operator, knownAt, ...(grade && { grade }) });
    expect(json.incident.grade).toBe(grade ?? 'larger');
    expect(Date.parse(json.incident.reportBy) - Date.parse(knownAt)).toBe(hours * 3_600_000);
  });

  it('opened by an owner is in its own inbox, and warns of a guardian in conflict', async () => {
    const { match, ref } = await leaked();
    const flag = { kind: 'conflict', id: 'guardian', document: {} };
    await putCasework(gateway.tables.casework, asSubjectId(await subjectOf(gateway, ref)), flag);
    const details = { actions: ['casework'], ...WHY };
    const { json } = await open([{ match }], {}, 'mca-county', details);
    const opened = await tasks('mca-county', json.incident.id);
    const report = opened.find(({ kind }: { kind: string }) => kind === 'leak-report');
    expect(report).toMatchObject({ id: json.incident.tasks.report, due: json.incident.reportBy });
    const notice = opened.find(({ kind }: { kind: string }) => kind === 'leak-notice');
    expect(notice.details.toRepresentative).toBe(false);
  });

  it.each([
    [
      'a conflict that the court wrote',
      { COURT: { guardianship_status: { status: 'normal', conflict: true } } },
    ],
    ['a secret place', { MCA: { placement_site: { institution: 'SH-990001-02', secret: true } } }],
    ['care of the state', { MCA: { guardianship_status: { status: 'temporary-state', conflict: false } } }],
  ])('warns of %s in the record, until it ends', async (_, written) => {
    const { match } = await leaked();
    const write = async (fields: Readonly<Record<string, object>>) => {
      for (const [code, some] of Object.entries(fields))
        await put(gateway, code === 'COURT' ? 'court-county' : 'mca-county', { match, fields: some });
    };
    const details = { actions: ['casework'], ...WHY };
    const warned = async (fields: string[]) => {
      const { json } = await open([{ match }], { fields }, 'mca-county', details);
      const of = await tasks('mca-county', json.incident.id);
      return of.find(({ kind }: { kind: string }) => kind === 'leak-notice').details.toRepresentative;
    };
    expect(await warned(['guardian_phone'])).toBeUndefined();
    await write(written);
    expect(await warned(['benefits'])).toBe(false);
    const over = { guardianship_status: { status: 'normal', conflict: false } };
    const open_ = { placement_site: { institution: 'SH-990001-02', secret: false } };
    await write('COURT' in written ? { COURT: over } : { MCA: { ...over, ...open_ } });
    expect(await warned(['visit_notes'])).toBeUndefined();
  });

  it('is open to owners of the area of its people, and to no owner elsewhere', async ({ match }) => {
    const { json } = await open([{ match }], { fields: ['guardian_phone'] });
    const path = `/v1/incidents/${json.incident.id}`;
    const close = { outcome: 'confirmed', ...WHY };
    for (const [agency, read, closed] of [
      ['mca-neighbour', 404, 404],
      ['mca-county', 200, 200],
    ] as const) {
      const clerk = { actions: ['casework'], ...WHY };
      const answers = [
        await gateway.call(agency, clerk, 'GET', path),
        await gateway.call(agency, clerk, 'POST', `${path}/close`, close),
      ];
      expect([agency, ...answers.map(({ status }) => status)]).toEqual([agency, read, closed]);
    }
  });

  it('of a version that stored no counties is open to its opener, and to no owner', async ({ match }) => {
    const { json } = await open([{ match }], { fields: ['guardian_phone'] });
    const { id } = json.incident;
    const stored = await readActDocument<Incident>(gateway.tables.casework, KIND, id);
    if (!stored) return expect.fail('no incident');
    const { counties, ...older } = stored;
    expect(counties).toEqual(['990001']);
    expect(await putActDocument(gateway.tables.casework, { kind: KIND, id, document: older }, stored)).toBe(
      true,
    );
    const path = `/v1/incidents/${id}`;
    const clerk = { actions: ['casework'], ...WHY };
    expect((await gateway.call('mca-county', clerk, 'GET', path)).status).toBe(404);
    expect((await gateway.call('audit-office', AUDIT, 'GET', path)).status).toBe(200);
    const close = { outcome: 'confirmed', ...WHY };
    expect((await gateway.call('audit-office', AUDIT, 'POST', `${path}/close`, close)).status).toBe(200);
  });

  it('outside its time has no recipient in scope', async ({ match }) => {
    const { json } = await open([{ match }], { from: '2020-01-01T00:00:00Z', until: '2020-02-01T00:00:00Z' });
    expect(json.incident.recipients).toEqual([]);
  });

  it('is the same if repeated, without another task or entry', async ({ match }) => {
    const until = now();
    const first = await open([{ match }], { until });
    const again = await open([{ match }, { match }], { until });
    expect(again.json.incident).toEqual(first.json.incident);
    expect(again.json.receipt).toBeUndefined();
    expect((await tasks('mca-county', first.json.incident.id)).length).toBe(2);
  });

  it('is closed with a finding, once, and kept', async ({ match }) => {
    const { id, keptUntil } = (await open([{ match }])).json.incident;
    const close = (outcome: string, officer = 'gao') =>
      gateway.call('audit-office', { ...AUDIT, officer }, 'POST', `/v1/incidents/${id}/close`, { outcome });
    expect((await close('confirmed')).json.incident).toMatchObject({ state: 'confirmed', keptUntil });
    expect((await close('confirmed')).json.receipt).toBeUndefined();
    expect((await close('unfounded')).json.code).toBe('CONFLICT');
    expect((await close('confirmed', 'chen')).json.code).toBe('CONFLICT');
    const shown = await gateway.call('audit-office', AUDIT, 'GET', `/v1/incidents/${id}`);
    expect(shown.json.incident).toMatchObject({ state: 'confirmed', closed: { by: 'audit-office' } });
  });

  it('has a first report, a supplement and a closing report, in this order, each with its task', async () => {
    const { match } = await leaked();
    const details = { actions: ['casework'], ...WHY };
    const { incident } = (await open([{ match }], {}, 'mca-county', details)).json;
    const path = `/v1/incidents/${incident.id}`;
    const send = async (kind: string, digit = 'a', more: object = {}) => {
      const body = { kind, evidence: digit.repeat(64), ...more };
      return (await gateway.call('mca-county', details, 'POST', `${path}/reports`, body)).json;
    };
    const kinds = async () =>
      (await tasks('mca-county', incident.id)).flatMap(({ kind }: { kind: string }) =>
        kind === 'leak-notice' ? [] : [kind],
      );
    expect((await send('supplement')).code).toBe('CONFLICT');
    expect((await send('first')).incident.reports).toMatchObject([{ kind: 'first', late: false }]);
    expect(await kinds()).toEqual(['leak-supplement']);
    expect((await send('first')).receipt).toBeUndefined();
    expect((await send('first', 'b')).code).toBe('CONFLICT');
    expect((await send('closing')).code).toBe('CONFLICT');
    expect((await send('supplement', 'c', { grade: 'major' })).incident).toMatchObject({ grade: 'major' });
    expect(await kinds()).toEqual([]);
    await gateway.call('mca-county', details, 'POST', `${path}/close`, { outcome: 'confirmed' });
    expect(await kinds()).toEqual(['leak-closing']);
    const { reports } = (await send('closing', 'd')).incident;
    expect(reports.map(({ kind }: { kind: string }) => kind)).toEqual(['first', 'supplement', 'closing']);
    expect(JSON.stringify(reports)).not.toContain('person');
    expect(await kinds()).toEqual([]);
    // An office without a part in it reports nothing.
    const stranger = await gateway.call('league-county', details, 'POST', `${path}/reports`, {
      ...{ kind: 'supplement', evidence: 'e'.repeat(64) },
    });
    expect(stranger.json.code).toBe('NOT_FOUND');
  });

  it('is opened by the cyberspace office from the ticket of a leak check, which reveals no child', async () => {
    const child = await leaked();
    const N1 = { actions: ['release'], purpose: 'N1', case: 'LEAK-1', ...WHY };
    const body = { collection: 'children', candidates: ['13900000001', '一段没有任何内容的话'] };
    const { json } = await gateway.call('cyberspace-county', N1, 'POST', '/v1/leak-checks', body);
    expect(json.results).toEqual(['MATCH', 'NO_MATCH']);
    const office = { actions: ['casework'], ...WHY };
    const by = { subjects: undefined, ticket: json.ticket, operator: 'county-organ' };
    const opened = await open([], by, 'cyberspace-county', office);
    expect(opened.status).toBe(200);
    // Every child of this file has that phone.
    expect(opened.json.incident.subjects).toBeGreaterThan(1);
    expect(opened.text).not.toContain(await subjectOf(gateway, child.ref));
    expect((await tasks('cyberspace-county', opened.json.incident.id)).length).toBe(1);
    // An owner without a part in leaks opens none by it, and a made-up ticket leads nowhere.
    expect((await open([], by, 'mca-county', office)).json.code).toBe('ROLE_REQUIRED');
    const lost = { ...by, ticket: `${json.ticket.slice(0, -1)}9` };
    expect((await open([], lost, 'cyberspace-county', office)).json.code).toBe('NOT_FOUND');
  });

  it.each([
    ['en', 'Suspected leak', 'County civil affairs bureau'],
    ['zh', '疑似泄露报告', '县民政局'],
  ])('is printed in %s without a child’s name', async (lang, title, office) => {
    const { match } = await leaked();
    const { id } = (await open([{ match }])).json.incident;
    const path = `/v1/incidents/${id}?lang=${lang}`;
    const answer = await gateway.call('audit-office', AUDIT, 'GET', path, undefined, { accept: 'text/html' });
    for (const part of [title, office, id]) expect(answer.text).toContain(part);
    expect(answer.text).not.toMatch(/欧阳|https?:|<script/);
    // The Chinese page holds no English word, and no code but the numbers of entries.
    const shown = answer.text.slice(answer.text.indexOf('<h1>')).replace(/<[^>]*>|&nbsp;/g, ' ');
    const words = shown.replaceAll(/[\w-]{22,}/g, '').match(/[A-Za-z]{2,}[\w-]*/g) ?? [];
    if (lang === 'zh') expect(words.filter((word) => word !== 'UTC')).toEqual([]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const other = await gateway.call('league-county', { actions: ['casework'] }, 'GET', path);
    expect(other.json.code).toBe('NOT_FOUND');
  });
});

describe.each(['before', 'after'] as const)('a crash %s each write', (when) => {
  it('is completed by opening it again', async () => {
    const tables = [gateway.env.caseworkTable, gateway.env.tasksTable, gateway.env.logTable];
    for (let write = 1, went = true; went; write++) {
      const { match } = await leaked();
      const crash = crashAt(write, when, tables);
      const until = now();
      await open([{ match }], { until });
      crash.end();
      const { status, json } = await open([{ match }], { until });
      expect([status, json.incident.recipients.length]).toEqual([200, 1]);
      expect((await tasks('mca-county', json.incident.id)).length).toBe(2);
      went = crash.hit();
    }
  }, 120_000);
});
