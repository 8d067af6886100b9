import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { tellPeople } from '../../functions/notify/app.ts';
import { networksIn } from '../../functions/notify/reach.ts';
import { openAndTell } from '../../functions/steps/open-task.ts';
import {
  forgetDelivery,
  markToTell,
  putDelivery,
  readDeliveries,
  readDeliveriesOf,
  readUndelivered,
  sendAgain,
} from '../../shared/records/gateway/to-tell.ts';
import { fileGateway } from '../support/gateway.ts';

const KEY = Buffer.alloc(32, 7);
const CONSOLE = 'http://127.0.0.1:8787/console';
const HOUR = 3_600_000;
const clock = { now: Date.parse('2026-11-25T02:00:00Z') };

let answer: (response: ServerResponse) => void;
const got: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  got.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
  answer(response);
}
const server = createServer((request, response) => void receive(request, response));
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const hook = (url = `http://127.0.0.1:${port}/hook`) => ({
  ...{ kind: 'webhook' as const, name: 'duty', url },
  secret: `whsec_${KEY.toString('base64')}`,
});
const notify = { channels: { console: CONSOLE, channels: [hook()] } };
const gateway = await fileGateway({ now: () => clock.now, notify });
const table = gateway.tables.watch;
const pass = (more = {}) => tellPeople({ ...notify, table, now: () => clock.now, open: true, ...more });
const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end('a body that is not read');
let marks = 0;
const mark = (count = 1) => markToTell(table, `mark ${marks++}`, { of: 'alert', count, at: clock.now });

beforeEach(async () => {
  answer = status(204);
  clock.now += 48 * HOUR;
  await pass();
  await pass();
  clock.now += 48 * HOUR;
  for (const { document } of await readUndelivered(table)) await sendAgain(table, document, clock.now);
  await pass();
  got.length = 0;
});

test('alerts and second persons of the log are told by kind, office, count and link alone, signed', async () => {
  const steward = { actions: ['steward'], officer: 'zhao.lei' };
  const asked = await gateway.call('steward-office', steward, 'POST', '/v1/agencies/mca-county/suspend', {
    reason: 'a secret reason',
  });
  expect(asked.status).toBeLessThan(300);
  await gateway.sequencer.step();
  await gateway.watcher.scan();
  await gateway.sequencer.step();
  await gateway.watcher.scan();
  expect((await pass()).delivered).toBeGreaterThan(0);
  for (const { headers, body } of got) {
    const { type, timestamp, data, ...rest } = JSON.parse(body);
    expect(['fieldgate.alert', 'fieldgate.second']).toContain(type);
    const members = type === 'fieldgate.second' ? ['count', 'link', 'office'] : ['count', 'link'];
    expect(Object.keys(data).sort()).toEqual(members);
    if (data.office) expect(data.office).toBe('steward-office');
    expect([data.link, rest, timestamp]).toEqual([CONSOLE, {}, expect.stringMatching(/:00\.000Z$/)]);
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const mac = createHmac('sha256', KEY).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${mac}`);
  }
  expect((await pass()).delivered).toBe(0);
});

test('marks of one kind become one message with their sum', async () => {
  await mark(2);
  await mark(3);
  await pass();
  expect(got.map(({ body }) => JSON.parse(body).data.count)).toEqual([5]);
});

test('messages are apart by office, and a channel of some offices gets no other', async () => {
  const { channels: all } = notify.channels;
  const own = { ...hook(`http://127.0.0.1:${port}/own`), name: 'own', offices: ['edu-county'] };
  const channels = { console: CONSOLE, channels: [...all, own] };
  const task = { of: 'task' as const, count: 1, at: clock.now };
  await markToTell(table, 'a task', { ...task, office: 'edu-county' });
  await markToTell(table, 'another task', { ...task, office: 'mca-county' });
  await mark();
  await pass({ channels });
  const officeOf = ({ body }: { body: string }) => String(JSON.parse(body).data.office);
  const at = (path: string) => got.filter((one) => one.path === path).map(officeOf);
  expect(at('/hook').sort()).toEqual(['edu-county', 'mca-county', 'undefined']);
  expect(at('/own')).toEqual(['edu-county']);
});

test('while a secret retires, a receiver that knows either one is satisfied', async () => {
  const old = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
  await mark();
  await pass({ channels: { console: CONSOLE, channels: [{ ...hook(), retiring: old }] } });
  const [{ headers = {}, body = '' } = {}] = got;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const by = (key: Buffer) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  expect(headers['webhook-signature']).toBe(`${by(KEY)} ${by(Buffer.alloc(24, 9))}`);
});

test.each([
  ['refused', status(500)],
  ['redirect', status(302, { location: `http://127.0.0.1:${port}/elsewhere` })],
  ['slow', () => {}],
  [
    'refused',
    (response: ServerResponse) =>
      void response.socket?.end(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
      ),
  ],
  ['unreachable', (response: ServerResponse) => void response.destroy()],
])('a receiver that is %s is tried again later, with the same id', async (fault, answers) => {
  answer = answers;
  await mark();
  const soon = fault === 'slow' ? { patience: 300 } : {};
  expect(await pass(soon)).toEqual({ delivered: 0, failed: 1, givenUp: 0, late: 0 });
  expect((await readDeliveries(table)).map(({ document }) => document.fault)).toEqual([fault]);
  expect((await pass()).failed).toBe(0);
  answer = status(200);
  clock.now += 60_000;
  expect(await pass()).toEqual({ delivered: 1, failed: 0, givenUp: 0, late: 0 });
  expect(got.length).toBe(2);
  expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('a receiver that is down for a day gets no more, and what is sent again is delivered', async () => {
  answer = status(503);
  await mark();
  for (let minutes = 0; minutes <= 25 * 60; minutes += 10) {
    await pass();
    clock.now += 10 * 60_000;
  }
  const tries = got.length;
  expect(tries).toBeLessThan(25);
  const [lost] = await readUndelivered(table);
  expect(lost?.document).toMatchObject({ tries, fault: 'refused', channel: 'duty', count: 1 });
  const ask = async (method: 'GET' | 'POST', body?: object) =>
    (
      await gateway.call(
        'audit-office',
        { actions: ['audit'], officer: 'gao' },
        method,
        '/v1/log/undelivered',
        body,
      )
    ).json;
  const { id: message } = lost?.document ?? {};
  expect((await ask('GET')).undelivered).toMatchObject([
    { message, tries, fault: 'refused', channel: 'duty' },
  ]);
  expect(await ask('POST', { channel: 'another' })).toEqual({ again: 0 });
  answer = status(200);
  expect(await ask('POST', {})).toEqual({ again: 1 });
  expect((await pass()).delivered).toBe(1);
  expect(await readUndelivered(table)).toEqual([]);
});

test('a message is late after an hour, in each pass until it is delivered', async () => {
  answer = status(503);
  await mark();
  expect((await pass()).late).toBe(0);
  clock.now += HOUR;
  expect((await pass()).late).toBe(0);
  clock.now += 1;
  expect(await pass()).toEqual({ delivered: 0, failed: 0, givenUp: 0, late: 1 });
  answer = status(200);
  clock.now += HOUR;
  expect(await pass()).toEqual({ delivered: 1, failed: 0, givenUp: 0, late: 0 });
});

test('messages that wait for one receiver keep none from another, and none of its own that is due', async () => {
  const waiting = { of: 'alert' as const, count: 1, at: clock.now, channel: 'busy', tries: 3 };
  const times = { since: clock.now, next: clock.now + HOUR };
  for (let i = 0; i < 200; i++) await putDelivery(table, { ...waiting, ...times, id: `msg_${i}` }, clock.now);
  const busy = { ...hook(), name: 'busy', of: ['second' as const] };
  await mark();
  const channels = { console: CONSOLE, channels: [busy, ...notify.channels.channels] };
  expect((await pass({ channels })).delivered).toBe(1);
  // By their keys all that wait come first.
  await putDelivery(table, { ...waiting, ...times, next: clock.now, id: 'zzz' }, clock.now);
  expect((await pass({ channels })).delivered).toBe(1);
  for (const { document } of await readDeliveriesOf(table, 'busy')) await forgetDelivery(table, document);
});

test('a receiver that says 410 is not asked again about the message', async () => {
  answer = status(410);
  await mark();
  expect(await pass()).toEqual({ delivered: 0, failed: 1, givenUp: 1, late: 1 });
  expect((await readUndelivered(table)).map(({ document }) => document.fault)).toEqual(['gone']);
});

test('a name that leads to a private address is not called in the stack', async () => {
  const resolve = async () => [
    { address: '203.0.113.9', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ];
  const channels = { console: CONSOLE, channels: [hook(`http://hooks.example:${port}/`)] };
  await mark();
  expect((await pass({ open: false, resolve, channels })).failed).toBe(1);
  expect((await readDeliveries(table)).map(({ document }) => document.fault)).toEqual(['private']);
  expect(got).toEqual([]);
  // Networks of receivers are those of the settings, and each address has to be in one.
  const alone = async () => [{ address: '127.0.0.1', family: 4 }];
  clock.now += HOUR;
  expect((await pass({ open: networksIn('10.0.0.0/8,fd00::/8'), resolve: alone, channels })).failed).toBe(1);
  clock.now += HOUR;
  expect((await pass({ open: networksIn('fd00::/8,127.0.0.0/8'), resolve: alone, channels })).delivered).toBe(
    1,
  );
  expect(got).toHaveLength(1);
});

test('a task that is opened is told to its office, once', async () => {
  const opening = { tables: gateway.tables, now: () => clock.now, env: { tells: 'yes' } };
  const times = { opened: new Date(clock.now).toISOString(), due: new Date(clock.now + HOUR).toISOString() };
  const task = { kind: 'inform', inbox: 'agency:edu-county', about: 'an entry', subject: null, owners: [] };
  for (let time = 0; time < 2; time++) await openAndTell(opening, { ...task, ...times, details: {} });
  await pass();
  expect(got.map(({ body }) => JSON.parse(body).data)).toEqual([
    { office: 'edu-county', count: 1, link: CONSOLE },
  ]);
});
