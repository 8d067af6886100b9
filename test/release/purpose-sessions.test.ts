import { KMSClient } from '@aws-sdk/client-kms';
import { expect, it } from 'vitest';
import { purposeSessions } from '../../functions/release/purpose-sessions.ts';
import { asClientId } from '../../shared/ids.ts';

/** An STS that counts, and fails as it is told. */
function counting(now: () => number, unwrapKey = 'none') {
  const state = { calls: 0, fail: '' };
  const handle = async () => {
    state.calls++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const ends = new Date(now() + 3_600_000).toISOString();
    const body = state.fail
      ? `<ErrorResponse><Error><Code>${state.fail}</Code></Error></ErrorResponse>`
      : `<Credentials><AccessKeyId>A${state.calls}</AccessKeyId><SecretAccessKey>s/+=</SecretAccessKey>
         <SessionToken>t/+=</SessionToken><Expiration>${ends}</Expiration></Credentials>`;
    return { response: { statusCode: state.fail ? 403 : 200, headers: {}, body: Buffer.from(body) } };
  };
  const kms = new KMSClient({
    region: 'none',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle } as never,
  });
  const env = {
    sessionRole: 'arn:aws:iam::111122223333:role/session',
    stsEndpoint: 'https://sts.none.example',
    unwrapKey,
  };
  return { state, sessions: purposeSessions({ env, kms, now } as never) };
}

it('calls STS once for concurrent callers, and once for each agency and purpose', async () => {
  const { state, sessions } = counting(Date.now);
  const clients = await Promise.all([1, 2, 3].map(() => sessions.client(asClientId('edu-county'), 'S1')));
  expect([new Set(clients).size, state.calls]).toEqual([1, 1]);
  await sessions.client(asClientId('edu-county'), 'S1');
  await sessions.client(asClientId('edu-county'), 'W1');
  await sessions.client(asClientId('mca-county'), 'S1');
  expect(state.calls).toBe(3);
  const [first] = clients;
  expect((await first?.config.credentials())?.accessKeyId).toBe('A1');
});

it('keeps 256 sessions, and forgets the one that was not used for longest', async () => {
  const { state, sessions } = counting(Date.now);
  for (let i = 0; i < 256; i++) await sessions.client(asClientId(`agency-${i}`), 'S1');
  await sessions.client(asClientId('agency-0'), 'S1');
  await sessions.client(asClientId('agency-256'), 'S1');
  expect(state.calls).toBe(257);
  await sessions.client(asClientId('agency-0'), 'S1');
  expect(state.calls).toBe(257);
  await sessions.client(asClientId('agency-1'), 'S1');
  expect(state.calls).toBe(258);
});

it('uses a session to its last minute while STS fails, and then none; a failure is not kept', async () => {
  let time = Date.now();
  const { state, sessions } = counting(() => time);
  const first = await sessions.client(asClientId('edu-county'), 'S1');
  state.fail = 'AccessDenied';
  time += 55 * 60_000;
  expect(await sessions.client(asClientId('edu-county'), 'S1')).toBe(first);
  time += 4.5 * 60_000;
  await expect(sessions.client(asClientId('edu-county'), 'S1')).rejects.toMatchObject({
    code: 'KMS_UNAVAILABLE',
    cause: { name: 'AccessDenied' },
  });
  state.fail = '';
  expect(await sessions.client(asClientId('edu-county'), 'S1')).not.toBe(first);
});

it('retries if STS is throttled, three times in all', async () => {
  const { state, sessions } = counting(Date.now);
  state.fail = 'Throttling';
  await expect(sessions.client(asClientId('edu-county'), 'S1')).rejects.toMatchObject({
    code: 'KMS_UNAVAILABLE',
  });
  expect(state.calls).toBe(3);
});

it('names the pair itself for a token of before, while STS takes that', async () => {
  const { state, sessions } = counting(Date.now, 'some');
  await sessions.client(asClientId('edu-county'), 'S1');
  state.fail = 'AccessDenied';
  await expect(sessions.client(asClientId('edu-county'), 'F1')).rejects.toMatchObject({
    code: 'TOKEN_INVALID',
  });
  expect(state.calls).toBe(2);
});
