/** Acts of one person, each ready to be sent: a table for the race of all of them. */

import { expect } from 'vitest';
import { changedPack } from '../../e2e/console/changed-pack.ts';
import { makeChild, put, refAt } from '../../maintenance/rig.ts';
import type { Answer, TestGateway } from '../../support/gateway.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { freshNumber } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';

type Line = readonly [method: string, path: string, body?: object];

/** An act of one person, or of the first of two. */
export interface Raced {
  office: string;
  /** Of an act with an entry for each person, and one of its own. */
  entries?: 2;
  /** @param officer another one than the first, if several act at once */
  send(officer?: string): Promise<Answer>;
}

export function racedActs(gateway: TestGateway): Record<string, () => Promise<Raced>> {
  const ask = (office: string, officer: string, [method, path, body]: Line): Promise<Answer> => {
    const action = { 'steward-office': 'steward', 'audit-office': 'audit' }[office] ?? 'casework';
    const details = {
      actions: [action],
      officer,
      reason: reasonFor((body as { purpose?: string } | undefined)?.purpose),
      unseen: true as const,
    };
    return gateway.call(office, details, method, path, body ?? (method === 'GET' ? undefined : {}));
  };
  const done = async (...said: Parameters<typeof ask>) => {
    const answer = await ask(...said);
    expect(answer.status, `${said[2].join(' ')}: ${answer.text}`).toBeLessThan(300);
    return answer.json;
  };
  const act = (office: string, officer: string, line: Line): Raced => ({
    office,
    send: (other = officer) => ask(office, other, line),
  });

  const CIVIL = 'mca-county';
  const child = async () => {
    const made = await makeChild(gateway);
    await put(gateway, CIVIL, { match: made.match, fields: { guardian_identity: GUARDIAN } });
    return made;
  };
  const document = card(GUARDIAN.id_number);
  const consentOf = (match: object, more: object = {}) => ({
    ...{ subject: { match }, purpose: 'D1', recipient: 'cdpf-county', fields: ['name', 'birth_date'] },
    ...{ giver: 'guardian', relation: 'mother', method: 'signed-form', noticeVersion: noticeFor('D1') },
    ...{ evidence: freshNumber().replace('X', 'a').padEnd(64, '0'), document, ...more },
  });
  const consented = async (more: object = {}, office = 'desk-county') => {
    const said = await done(office, 'li.jing', [
      'POST',
      '/v1/consents',
      consentOf((await child()).match, more),
    ]);
    return said.consent.id as string;
  };
  const withdrawal = (id: string, body: object = {}) =>
    act('desk-county', 'wang.lei', ['POST', `/v1/consents/${id}/withdraw`, body]);
  const opening = async () => ({
    ...{ purpose: 'W3', case: freshNumber(), officers: ['han.mei'] },
    subjects: [{ match: (await makeChild(gateway)).match }],
  });
  const opened = async (): Promise<string> =>
    (await done(CIVIL, 'zhao.min', ['POST', '/v1/cases', await opening()])).case.id;
  const frozen = async () =>
    done(CIVIL, 'li.na', ['POST', '/v1/freezes', { target: { subject: { match: (await child()).match } } }]);
  const objected = async () => {
    const { match } = await child();
    await gateway.sequencer.step();
    const body = { subject: { match }, field: 'name', by: 'guardian', document };
    return {
      body,
      id: (await done('desk-county', 'wang.lei', ['POST', '/v1/objections', body])).objection.id,
    };
  };
  const incident = async () => ({
    ...{ subjects: [{ match: (await child()).match }], fields: ['name'], operator: 'other' },
    ...{
      from: new Date(Date.now() - 3.6e6).toISOString(),
      until: new Date().toISOString(),
    },
  });
  const incidentOpened = async (): Promise<string> =>
    (await done('audit-office', 'gao', ['POST', '/v1/incidents', await incident()])).incident.id;
  const asking = async () => ({
    ...{ purpose: 'J1', collection: 'children', fields: ['name', 'residence_address'] },
    subjects: [{ match: (await child()).match }],
    context: { case: `J-${freshNumber()}`, instrument: 'WRIT-1' },
  });
  const requested = async (): Promise<string> =>
    (await done('court-county', 'wu.jun', ['POST', '/v1/requests', await asking()])).id;
  const onRequest = (office: string, officer: string, id: string, what: string, body: object = {}) =>
    act(office, officer, ['POST', `/v1/requests/${id}/${what}`, body]);
  const seenOf = async (id: string) => {
    const { entry } = await done('mps-county', 'liu.yang', ['GET', `/v1/requests/${id}`]);
    return { entry };
  };
  const answer = async (what: string, more: object = {}) => {
    const id = await requested();
    return {
      id,
      ...onRequest('mps-county', 'liu.yang', id, what, what === 'ask-material' ? more : await seenOf(id)),
    };
  };
  const taskOf = async (office: string, fits: (task: { about: string; kind: string }) => boolean) => {
    await gateway.casework.pass();
    const { tasks } = await done(office, 'looks', ['GET', '/v1/tasks?limit=200']);
    return tasks.find(fits)?.id ?? expect.fail('no task');
  };
  const registered = (id: string) => `/v1/agencies/${id}`;
  const CHARITY = registered('charity-sunrise');
  const rights = async (change: object, path = CHARITY) => {
    const known = await done('steward-office', 'li.na', ['GET', path]);
    const { name, departments, roles, areas, purposes, actions, trainedUntil, activities, byPeople } = known;
    return {
      ...{ name, departments, roles, areas, purposes, actions, trainedUntil, activities, byPeople },
      ...change,
    };
  };
  const steward = (line: Line) => act('steward-office', 'li.na', line);

  /** A number that no act of before has used. */
  let times = 1;
  const next = () => {
    times += 1;
    return times;
  };

  return {
    'filing of a consent': async () =>
      act('desk-county', 'li.jing', ['POST', '/v1/consents', consentOf((await child()).match)]),
    'confirmation of a consent': async () =>
      act('desk-county', 'wang.lei', [
        'POST',
        `/v1/consents/${await consented({}, 'cdpf-county')}/confirm`,
        { document },
      ]),
    'withdrawal on the word of a clerk': async () => withdrawal(await consented()),
    'withdrawal with the document': async () => withdrawal(await consented(), { document }),
    'withdrawal with a code': async () => {
      const id = await consented();
      const { code } = await done('desk-county', 'li.jing', [
        'POST',
        `/v1/consents/${id}/codes`,
        { document },
      ]);
      return withdrawal(id, { code });
    },
    'withdrawal of a refusal': async () => withdrawal(await consented({ act: 'refused' }), { document }),
    'first word of a conflict': async () =>
      act(CIVIL, 'li.na', ['POST', '/v1/conflicts', { subject: { match: (await child()).match } }]),
    'freeze of a child': async () =>
      act(CIVIL, 'li.na', ['POST', '/v1/freezes', { target: { subject: { match: (await child()).match } } }]),
    'first word of the end of a freeze': async () =>
      act(CIVIL, 'li.na', ['DELETE', `/v1/freezes/${(await frozen()).freeze.id}`]),
    'first word of a hold': async () =>
      act('court-county', 'wu.jun', [
        'POST',
        '/v1/holds',
        { subject: { match: (await child()).match }, instrument: 'ORDER-1' },
      ]),
    objection: async () => {
      const { match } = await child();
      await gateway.sequencer.step();
      const body = { subject: { match }, field: 'name', by: 'guardian', document };
      return act('desk-county', 'wang.lei', ['POST', '/v1/objections', body]);
    },
    'answer to an objection': async () => {
      const { id } = await objected();
      const { objections } = await done('mps-county', 'zhou', ['GET', '/v1/objections?state=open']);
      const { entry } = objections.find((one: { id: string }) => one.id === id);
      return act('mps-county', 'zhou', [
        'POST',
        `/v1/objections/${id}/resolve`,
        { outcome: 'rejected', entry },
      ]);
    },
    'opening of a case': async () => act(CIVIL, 'zhao.min', ['POST', '/v1/cases', await opening()]),
    'closing of a case': async () => act(CIVIL, 'zhou.qin', ['POST', `/v1/cases/${await opened()}/close`]),
    'assignment of a case': async () =>
      act(CIVIL, 'zhou.qin', ['POST', `/v1/cases/${await opened()}/assign`, { officers: ['wang.fang'] }]),
    'opening of an incident': async () => ({
      ...act('audit-office', 'gao', ['POST', '/v1/incidents', await incident()]),
      entries: 2,
    }),
    'report of an incident': async () =>
      act('audit-office', 'gao', [
        'POST',
        `/v1/incidents/${await incidentOpened()}/reports`,
        { kind: 'first', evidence: 'ab'.repeat(32) },
      ]),
    'closing of an incident': async () =>
      act('audit-office', 'gao', [
        'POST',
        `/v1/incidents/${await incidentOpened()}/close`,
        { outcome: 'confirmed' },
      ]),
    request: async () => act('court-county', 'wu.jun', ['POST', '/v1/requests', await asking()]),
    'approval of a request': () => answer('approve'),
    'refusal of a request': () => answer('refuse'),
    'question for more material': () => answer('ask-material', { missing: ['scope'] }),
    'supply of material': async () => {
      const asked = await answer('ask-material', { missing: ['scope'] });
      expect((await asked.send()).status).toBe(200);
      return onRequest('court-county', 'wu.jun', asked.id, 'supply', {
        statement: 'the writ is in the file',
      });
    },
    'dispute of a refusal': async () => {
      const refused = await answer('refuse');
      expect((await refused.send()).status).toBe(200);
      return onRequest('court-county', 'wu.jun', refused.id, 'dispute');
    },
    'declaration that a purpose is met': async () => {
      const number = `J-${freshNumber()}`;
      await gateway.call(
        'court-county',
        { actions: ['release'], purpose: 'J1', case: number, officer: 'wu.jun', reason: 'a trial' },
        'POST',
        '/v1/releases',
        { collection: 'children', subjects: [{ match: (await child()).match }], fields: ['birth_date'] },
      );
      return act('court-county', 'wu.jun', ['POST', '/v1/purposes/J1/met', { case: number }]);
    },
    'first word of a publication': async () =>
      steward(['POST', '/v1/policy/versions', { pack: JSON.parse(changedPack(`2026.${next()}`).text) }]),
    'freeze of a class': async () =>
      act('audit-office', 'gao', ['POST', '/v1/freezes', { target: { class: 'identity-name' } }]),
    'withdrawal of a request': async () => onRequest('court-county', 'wu.jun', await requested(), 'withdraw'),
    'report of harm': async () => {
      const id_number = freshNumber();
      const body = { subject: { match: { id_number } }, what: '淤青', reporter: { name: '田老师' } };
      const [office, key] = ['school-second', { 'idempotency-key': `raced-${id_number}` }];
      const details = { actions: ['casework'], reason: 'duty to report' };
      return {
        office,
        send: (officer = 'tian.yu') =>
          gateway.call(office, { ...details, officer }, 'POST', '/v1/harm-reports', body, key),
      };
    },
    'review of a stop': async () => {
      const { freeze } = await frozen();
      const id = await taskOf(
        'procuratorate-county',
        ({ kind, about }) => kind === 'stop-review' && about === freeze.entry,
      );
      return act('procuratorate-county', 'xu', [
        'POST',
        `/v1/tasks/${id}/complete`,
        { outcome: 'justified' },
      ]);
    },
    'first word of an erasure': async () => {
      const own = await refAt(gateway, (await child()).ref, 'steward-office');
      return act('steward-office', 'chen.jie', ['POST', `/v1/subjects/${own}/erase`]);
    },
    'stop of an erasure': async () => {
      const { ref } = await child();
      const own = await refAt(gateway, ref, 'steward-office');
      await done('steward-office', 'chen.jie', ['POST', `/v1/subjects/${own}/erase`]);
      return act(CIVIL, 'li.na', ['DELETE', `/v1/subjects/${ref}/erase`]);
    },
    'first word of a wider registration': async () => {
      const path = registered(next() % 2 ? 'league-county' : 'finance-county');
      return steward(['PUT', path, await rights({ areas: ['990001', '990002'] }, path)]);
    },
    'narrower registration': async () => {
      const { trainedUntil } = await rights({});
      const sooner = new Date(Date.parse(trainedUntil) - 86_400_000).toISOString().slice(0, 10);
      return steward(['PUT', CHARITY, await rights({ trainedUntil: sooner })]);
    },
    suspension: async () =>
      steward(['POST', `${registered(next() % 2 ? 'press-office' : 'league-county')}/suspend`]),
    'mark of a decoy': async () => {
      await makeChild(gateway);
      const entries = (await gateway.audit('/v1/log/entries?kind=intake&limit=1')).entries;
      return act('audit-office', 'gao', ['POST', '/v1/decoys', { entry: entries[0].id }]);
    },
    'review of an entry': async () => {
      const { id } = (await gateway.audit('/v1/log/entries?kind=intake&limit=1')).entries[0];
      return act('audit-office', 'gao', ['POST', `/v1/log/entries/${id}/reviews`, { verdict: 'justified' }]);
    },
    "first word of the end of a writer's key": async () => {
      const { entries } = await gateway.audit('/v1/log/entries?kind=writer&limit=50');
      const [writer] = entries[next() % entries.length].id.split('-');
      return act('audit-office', 'gao', ['POST', `/v1/log/writers/${writer}/revocation`]);
    },
  };
}
