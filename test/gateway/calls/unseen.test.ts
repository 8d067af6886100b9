/** A caller whose record was read more than five seconds ago waits no longer than any other, and a batch is one wave. */
import { createServer } from 'node:http';
import { DecryptCommand } from '@aws-sdk/client-kms';
import { afterEach, expect, it, vi } from 'vitest';
import { lambdaDeps } from '../../../functions/deps.ts';
import { listen } from '../../infra/rest-front.ts';
import { type Details, fileGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { type Gate, gateCalls } from './gate.ts';

const WORDS = { officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const S1: Details = { actions: ['release'], purpose: 'S1', ...WORDS };
const E1: Details = { actions: ['release'], purpose: 'E1', ...WORDS };
const UNSEEN = 6_000;

let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });
let gate: Gate | undefined;
afterEach(() => gate?.open());

it.each([
  ['edu-county', S1, {}, 3],
  ['mps-county', E1, { context: { imminentDangerAttested: true } }, 2],
] as const)(
  'a release by %s reads the register in parallel with the claim, however long ago it was seen',
  async (agency, details, more, rounds) => {
    const match = { id_number: freshNumber() };
    await gateway.put('mps-county', { match, fields: { name: '张三', birth_date: BORN } });
    await gateway.put('mca-county', { match, fields: { division_code: '990001001' } });
    const release = async (subject: object) => {
      const body = { collection: 'children', fields: ['name'], subjects: [subject], ...more };
      const { status, text, json } = await gateway.call(agency, details, 'POST', '/v1/releases', body);
      expect(status, text).toBe(200);
      return json.results[0].ref;
    };
    const ref = await release({ match });
    const counted = async () => {
      gate = gateCalls();
      await release({ ref });
      gate.open();
      return gate.rounds();
    };
    const seen = await counted();
    expect(seen).toHaveLength(rounds);
    // In parallel with the claim, so that a suspension counts at once.
    expect(seen[0]).toContain('GetItem agencies');
    ahead += UNSEEN;
    await gateway.token(agency, details);
    ahead += UNSEEN;
    const unseen = await counted();
    expect(unseen).toHaveLength(rounds);
    expect(unseen[0]).toEqual(expect.arrayContaining(['GetItem agencies', 'PutItem claims', 'PutItem log']));
    expect(unseen[1]).not.toContain('GetItem agencies');
    // Nor does it wait for the pointer to the policy, which is read every 30 s.
    ahead += 31_000;
    const idle = await counted();
    expect(idle).toHaveLength(rounds);
    expect(idle[0]).toEqual(expect.arrayContaining(['GetItem agencies', 'GetItem policy', 'PutItem claims']));
  },
);

it('an intake reads it in parallel with the claim too', async () => {
  const details: Details = { actions: ['intake'] };
  const put = async (token: Awaited<ReturnType<typeof gateway.token>>) => {
    const fields = { name: '张三', birth_date: BORN };
    const records = [{ match: { id_number: freshNumber() }, fields }];
    const { status, text } = await gateway.send(token, 'POST', '/v1/intake', { records });
    expect(status, text).toBe(200);
  };
  await put(await gateway.token('mps-county', details));
  const token = await gateway.token('mps-county', details);
  ahead += UNSEEN;
  gate = gateCalls();
  await put(token);
  gate.open();
  // The pointer to the policy is read every 30 s, which has nothing to do with the caller.
  const rounds = gate.rounds().map((round) => round.filter((name) => name !== 'GetItem policy'));
  const [register, ...rest] = rounds.filter((round) => round.length > 0);
  expect(register).toEqual(['GetItem agencies', 'KMS GenerateMac', 'PutItem claims']);
  expect(rest).toHaveLength(4);
});

it('190 Decrypts, as of ten children, are under way at the same time', async () => {
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      held.push(() => response.end('{}'));
      if (held.length === 190) for (const answer of held) answer();
    });
  });
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', await listen(server));
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'none');
  try {
    const { kms } = lambdaDeps([]);
    const one = () => kms.send(new DecryptCommand({ CiphertextBlob: Buffer.of(1) }));
    await Promise.all(Array.from({ length: 190 }, one));
    expect(held).toHaveLength(190);
  } finally {
    vi.unstubAllEnvs();
    server.close();
  }
});
