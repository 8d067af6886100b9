import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, expect, test } from 'vitest';
import { mail } from '../../functions/notify/mail.ts';
import { messageOf } from '../../functions/notify/message.ts';
import { ChannelsError, readChannels } from '../../shared/records/gateway/channels.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldgate-mail-'));
const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
execFileSync(
  'openssl',
  [
    ...[
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '3650',
    ],
    ...['-subj', '/CN=mail.test', '-addext', 'subjectAltName=DNS:mail.test', '-keyout', key, '-out', cert],
  ],
  { stdio: 'ignore' },
);
const ca = readFileSync(cert, 'utf8');
const letters: { to: string[]; text: string; secure: boolean }[] = [];

function serverWith(more: object): Promise<{ port: number; server: SMTPServer }> {
  const server = new SMTPServer({
    ...{ key: readFileSync(key), cert: ca, disableReverseLookup: true, logger: false },
    onAuth: ({ username, password }, _session, done) =>
      username === 'duty' && password === 'secret' ? done(null, { user: 'duty' }) : done(new Error('no')),
    onData(stream, { envelope, secure }, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        letters.push({
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString(),
          secure,
        });
        done();
      });
    },
    ...more,
  });
  server.on('error', () => {});
  return new Promise((ready) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as { port: number };
      ready({ port, server });
    });
  });
}
const good = await serverWith({});
const plain = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'], authOptional: true });
afterAll(() => {
  for (const { server } of [good, plain]) server.close();
  rmSync(folder, { recursive: true });
});

const to = { address: '127.0.0.1', family: 4 };
const channel = (port: number, password = 'secret') => ({
  ...{ kind: 'mail' as const, name: 'duty', host: 'mail.test', port, from: 'gateway@office.test' },
  ...{ to: ['a@office.test', 'b@office.test'], login: { user: 'duty', password } },
});
const at = Date.parse('2026-11-25T02:00:31Z');
const { subject, text } = await messageOf({ of: 'task', count: 2, at }, 'https://gateway.test/console');
const letter = { id: 'msg_1', subject, text };
const limits = (roots: { ca?: string } = { ca }) => ({ signal: AbortSignal.timeout(10_000), ...roots });

test('a letter says kind, time, count and link in both languages, over STARTTLS', async () => {
  await mail(channel(good.port), to, letter, limits());
  expect(letters).toMatchObject([{ to: ['a@office.test', 'b@office.test'], secure: true }]);
  expect(letters[0]?.text).toContain('Message-ID: <msg_1@office.test>');
  expect(text).toBe(
    '2 new tasks, since 2026-11-25T02:00:00.000Z.\nhttps://gateway.test/console\n\n' +
      '新待办 2 项，起始时间 2026-11-25T02:00:00.000Z。\nhttps://gateway.test/console\n',
  );
});

test.each([
  [
    'a server without STARTTLS',
    () => mail({ ...channel(plain.port), login: undefined }, to, letter, limits()),
  ],
  ['a certificate that no root has signed', () => mail(channel(good.port), to, letter, limits({}))],
  [
    'the certificate of another name',
    () => mail({ ...channel(good.port), host: 'other.test' }, to, letter, limits()),
  ],
  ['a wrong password', () => mail(channel(good.port, 'wrong'), to, letter, limits())],
])('no letter goes to %s', async (_, send) => {
  const before = letters.length;
  await expect(send()).rejects.toMatchObject({ fault: expect.stringMatching(/^(refused|unreachable)$/) });
  expect(letters.length).toBe(before);
});

test('a server that says a little at a time is left at the end of the attempt', async () => {
  const server = createServer((socket) => {
    socket.write('220 mail.test\r\n');
    const more = setInterval(() => socket.write('250-wait\r\n'), 20);
    socket.on('error', () => {}).on('close', () => clearInterval(more));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const closed = new Promise((done) => server.on('connection', (socket) => socket.on('close', done)));
  const ending = new AbortController();
  const sent = mail(channel(port), to, letter, { signal: ending.signal, ca });
  setTimeout(() => ending.abort(), 200);
  await expect(sent).rejects.toMatchObject({ fault: 'slow' });
  await closed;
  server.close();
});

const hook = {
  kind: 'webhook',
  name: 'duty',
  url: 'https://hooks.example/',
  secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
};
const setting = (one: object, more = {}) =>
  JSON.stringify({ console: 'https://gateway.example/console', channels: [one], ...more });

test('settings are read, and a fault is named by its place without what stands there', () => {
  expect(readChannels(setting(hook)).channels).toHaveLength(1);
  for (const [text, place] of [
    [setting({ ...hook, secret: 'whsec_c2hvcnQ=' }), 'channels.0.secret'],
    [setting({ ...hook, url: 'http://hooks.example/' }), 'channels.0.url'],
    [setting({ ...hook, url: 'https://user:word@hooks.example/' }), 'channels.0.url'],
    [setting({ ...hook, of: ['people'] }), 'channels.0.of.0'],
    [setting({ ...channel(25), to: ['a@office.test\nBcc: x@y'] }), 'channels.0.to.0'],
    [setting(hook, { channels: [hook, hook] }), 'channels'],
    ['{', 'not JSON'],
  ] as const)
    expect(() => readChannels(text)).toThrow(new ChannelsError(place));
});
