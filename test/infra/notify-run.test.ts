/** The bundle that informs people, under AWS's runtime client and its own role: to a receiver of webhooks and a mail server. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENV } from '../../shared/env.ts';
import { markToTell, putDelivery, readDeliveries, readMarks } from '../../shared/records/gateway/to-tell.ts';
import { bundleOf } from '../architecture/bundle.ts';
import { fileGateway } from '../support/gateway.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { guardedDynamo } from './guarded-services.ts';
import { counterparts, type Judge, judgeBy } from './judge.ts';
import { type Lambda, runtimeIsHere, startLambda } from './lambda-process.ts';
import { listen } from './rest-front.ts';
import { allows, roleSession } from './simulate.ts';
import { CHANNELS, ofType, synthesise } from './synthesise.ts';

const ready = runtimeIsHere() && hasOpenssl;
const stack = synthesise('prod', { channels: CHANNELS });
const [role = ''] = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith('notifyRole')) ?? [];
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-notify-'));
const inFolder = (name: string) => join(folder, name);
const KEY = Buffer.alloc(32, 7);
const SECRET = `whsec_${KEY.toString('base64')}`;
const PASSWORD = 'a-password-of-the-mail-server';

const got: { headers: IncomingHttpHeaders; body: string }[] = [];
const letters: string[] = [];
/** What the receiver of webhooks answers, and what Secrets Manager keeps. */
let status = 204;
let kept = { status: 200, text: '' };
const closing: (() => void)[] = [];
let environment: Record<string, string>;
let judge: Judge;
let lambda: Lambda;
const gateway = await fileGateway();
const table = gateway.tables.watch;

beforeAll(async () => {
  if (!ready) return;
  const names = ['hooks', 'mail', 'private'].map((name) => `DNS:${name}.test`).join();
  const made = ['-subj', '/CN=receivers', '-addext', `subjectAltName=${names}`, '-days', '2'];
  const to = ['-keyout', inFolder('key'), '-out', inFolder('cert')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...made, ...to], { stdio: 'ignore' });
  const tls = { key: readFileSync(inFolder('key')), cert: readFileSync(inFolder('cert')) };
  const hooks = createTls(tls, async (request, response) => {
    got.push({ headers: request.headers, body: await text(request) });
    response.writeHead(status).end();
  });
  const mails = new SMTPServer({
    ...{ ...tls, disableReverseLookup: true, logger: false },
    onAuth: ({ username, password }, _session, done) =>
      username === 'duty' && password === PASSWORD ? done(null, { user: 'duty' }) : done(new Error('no')),
    onData: (stream, _session, done) =>
      void text(stream).then((one) => done(letters.push(one) > 0 ? null : undefined)),
  });
  judge = judgeBy(stack, counterparts(stack, gateway.env));
  const dynamo = guardedDynamo(gateway.dynamo, judge.allows);
  const secrets = createServer(async (request, response) => {
    const { SecretId: arn } = (await json(request)) as { SecretId: string };
    const of = { arn, policy: undefined };
    const may = allows(roleSession(stack, role), 'secretsmanager:GetSecretValue', of);
    const asked = [
      request.headers['x-amz-target'],
      /\/(\w+)\/aws4/.exec(`${request.headers.authorization}`)?.[1],
    ];
    const known = asked.join() === 'secretsmanager.GetSecretValue,secretsmanager';
    response.writeHead(may && known ? kept.status : 403).end(JSON.stringify({ SecretString: kept.text }));
  });
  for (const one of [hooks, dynamo, secrets])
    closing.push(() => {
      one.closeAllConnections();
      one.close();
    });
  closing.push(() => mails.close(() => {}));
  environment = {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'none' },
    ...{ AWS_SESSION_TOKEN: 'notify', NODE_EXTRA_CA_CERTS: inFolder('cert') },
    AWS_ENDPOINT_URL_DYNAMODB: await listen(dynamo),
    [ENV.environment]: 'prod',
    [ENV.watchTable]: gateway.env.watchTable,
    [ENV.modeTable]: gateway.env.modeTable,
    [ENV.receivers]: 'none',
    [ENV.channelsSecret]: CHANNELS,
    [ENV.secretsEndpoint]: await listen(secrets),
  };
  await new Promise<void>((done) => hooks.listen(0, '127.0.0.1', done));
  const listening = mails.listen(0, '127.0.0.1');
  await new Promise<void>((done) => listening.once('listening', done));
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  const url = (name: string) => `https://${name}.test:${portOf(hooks)}/hook`;
  const hook = { kind: 'webhook', secret: SECRET };
  const mail = { kind: 'mail', name: 'letters', host: 'mail.test', port: portOf(listening) };
  const channels = [
    { ...hook, name: 'duty', url: url('hooks'), of: ['alert'] },
    { ...hook, name: 'inside', url: url('private'), of: ['second'] },
    {
      ...{ ...mail, from: 'gateway@office.test', to: ['duty@office.test'], of: ['alert', 'task'] },
      login: { user: 'duty', password: PASSWORD },
    },
  ];
  kept = { status: 200, text: JSON.stringify({ console: 'https://gateway.example/console/', channels }) };
  writeFileSync(inFolder('notify.cjs'), (await bundleOf('notify')).code);
});

afterAll(() => {
  for (const close of closing) close();
  rmSync(folder, { recursive: true });
});

const NAMED = join(import.meta.dirname, 'named-hosts.cjs');

describe.skipIf(!ready)('the bundle that informs people', () => {
  // As long as the function of the stack has.
  const options = { node: ['--require', NAMED], time: 55_000 };
  beforeEach(async () => {
    lambda = await startLambda(inFolder('notify.cjs'), environment, options);
  });
  afterEach(() => {
    expect(lambda.output()).not.toMatch(/whsec|password|office\.test|\.test:|edu-county/);
    lambda.stop();
  });
  const mark = (of: 'alert' | 'task' | 'second', office = {}) =>
    markToTell(table, `${of} ${letters.length}`, { of, count: 1, at: Date.now(), ...office });

  it('signs webhooks and sends letters over TLS, and leaves neither a mark nor a message', async () => {
    await mark('alert');
    await mark('task', { office: 'edu-county' });
    expect(await lambda.invoke({})).toBeNull();
    expect([got.length, letters.length]).toEqual([1, 2]);
    const [{ headers = {}, body = '' } = {}] = got;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`,
    );
    expect(letters.join('\n')).toMatch(/1_new_task.*1 new task for edu-county/s);
    expect([await readMarks(table), await readDeliveries(table)]).toEqual([[], []]);
    // What went well is no metric, which would cost.
    expect(lambda.metrics()).toEqual([]);
  });

  it('calls no private address, and counts what does not arrive for an hour', async () => {
    const [before, since] = [got.length, Date.now() - 2 * 3_600_000];
    await mark('second', { office: 'edu-county' });
    const late = { of: 'alert', count: 1, at: since, channel: 'duty', tries: 4, since, next: 0 } as const;
    await putDelivery(table, { ...late, id: 'msg_late' }, since);
    status = 503;
    await lambda.invoke({});
    const waiting = (await readDeliveries(table)).map(({ document }) => [document.channel, document.fault]);
    expect(waiting).toEqual([
      ['duty', 'refused'],
      ['inside', 'private'],
    ]);
    expect(got.length - before).toBe(1);
    expect(lambda.metrics()).toMatchObject([{ MessagesLate: 1, failed: 2, environment: 'prod' }]);
  });

  it.each<[string, typeof kept, string]>([
    ['that the role may not read', { status: 403, text: '' }, 'SecretsManager403'],
    ['that is no JSON', { status: 200, text: 'whsec_no' }, 'ChannelsError'],
  ])('fails by name on a secret %s, loses nothing, and goes on once it is whole', async (_, broken, name) => {
    const whole = kept;
    kept = broken;
    await mark('alert');
    await expect(lambda.invoke({})).rejects.toThrow(`the function failed: ${name}`);
    expect(await readMarks(table)).toHaveLength(1);
    kept = whole;
    const before = letters.length;
    await lambda.invoke({});
    expect(letters.length).toBe(before + 1);
  });

  it('made no call that its role refuses', () => {
    expect(judge.refused).toEqual([]);
  });
});
