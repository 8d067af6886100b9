/**
 * Dependent calls of an act: how many times it waits for KMS or the store, whatever the load of the machine. Every call is held
 * back until nothing else happens, so the milliseconds are those of the calls alone, with KMS at 8 and DynamoDB at 4.
 * They are counted, so a control would be the same number; `test/gateway/calls` holds them.
 */

import { releaseApp } from '../../functions/release/app.ts';
import { type Gate, gateCalls } from '../gateway/calls/gate.ts';
import { separate } from '../gateway/calls/separate.ts';
import { dpopProof } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { makeWorld } from '../verify/world.ts';

const KMS_MS = 8;
const STORE_MS = 4;
const WORDS = { officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const S1 = { actions: ['release'], purpose: 'S1', ...WORDS };
const E1 = { actions: ['release'], purpose: 'E1', ...WORDS };
const DANGER = { context: { imminentDangerAttested: true } };
/** So long after its last call, an instance reads the record of a caller again. */
const UNSEEN = 6_000;
const FIELDS = ['name', 'schooling_status'];

export async function benchTrips(): Promise<void> {
  const world = await makeWorld();
  const { gateway } = world;
  const rows: Record<string, object> = {};
  const count = async (
    name: string,
    act: () => Promise<unknown>,
    prepare?: (gate: Gate) => Promise<void>,
  ) => {
    const gate = gateCalls();
    try {
      await prepare?.(gate);
      gate.clear();
      await act();
      await gate.idle();
      const rounds = gate.rounds().filter((round) => round.length > 0);
      const ms = rounds.map((round) => (round.some((one) => one.startsWith('KMS')) ? KMS_MS : STORE_MS));
      const calls = rounds.flat();
      const decrypts = calls.filter((one) => one === 'KMS Decrypt').length;
      const sum = ms.reduce((before, one) => before + one, 0);
      rows[name] = { 'dependent calls': rounds.length, 'all calls': calls.length, decrypts, ms: sum };
    } finally {
      gate.open();
    }
  };
  const release = async (agency: string, details: typeof S1, subjects: object[], more: object = {}) => {
    const body = { collection: 'children', fields: FIELDS, subjects, ...more };
    const { status, text, json } = await gateway.call(agency, details, 'POST', '/v1/releases', body);
    if (status !== 200) throw new Error(text);
    return json.results.map(({ ref }: { ref: string }) => ({ ref }));
  };
  const children = [];
  for (let n = 0; n < 10; n++) children.push(await world.ready());
  const [one] = children;
  if (!one) throw new Error('no child');
  const match = { match: one.match };
  const [ref] = await release('edu-county', S1, [match]);
  const [danger] = await release('mps-county', E1, [match], DANGER);
  const refs: object[] = [];
  for (const child of children) refs.push(...(await release('edu-county', S1, [{ match: child.match }])));
  await count('release, facts', () => release('edu-county', S1, [ref]));
  await count('release, emergency', () => release('mps-county', E1, [danger], DANGER));
  await count('release by match, emergency', () => release('mps-county', E1, [match], DANGER));
  await count('release by match, facts', () => release('edu-county', S1, [match]));
  await count('release of 10 children', () => release('edu-county', S1, refs));
  const unseen = async (details: typeof S1, agency: string) => {
    await gateway.token(agency, details);
    world.later(UNSEEN);
  };
  await count(
    'release, facts, caller not seen for 5 s',
    () => release('edu-county', S1, [ref]),
    () => unseen(S1, 'edu-county'),
  );
  await count(
    'release, emergency, caller not seen for 5 s',
    () => release('mps-county', E1, [danger], DANGER),
    () => unseen(E1, 'mps-county'),
  );
  await first(world, ref, count);
  const record = () => {
    const id = freshNumber(BORN);
    return { match: { id_number: id }, fields: { name: '张三', id_number: id } };
  };
  await gateway.put('mps-county', record());
  await count('intake of a new child', () => gateway.put('mps-county', record()));
  await count('intake of 100', () => gateway.put('mps-county', ...Array.from({ length: 100 }, record)));
  const ask = (child: { match: object }) => world.ask('charity-sunrise', { match: child.match });
  const [, second, third] = children;
  if (!second || !third) throw new Error('no child');
  await ask(second);
  await count('verification, first check', () => ask(third));
  await count('verification, repeat', () => ask(third));
  console.table(rows);
  await gateway.close();
}

/** An instance with clients of its own, from its start and from its first request. */
async function first(
  { gateway, now }: Awaited<ReturnType<typeof makeWorld>>,
  ref: object,
  count: (
    name: string,
    act: () => Promise<unknown>,
    prepare?: (gate: Gate) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const token = await gateway.token('edu-county', S1);
  const url = new URL(`${gateway.url}/v1/releases`);
  const send = async (app: ReturnType<typeof releaseApp>) => {
    const proof = await dpopProof(token.dpop, 'POST', url, now(), token.value);
    const headers = { authorization: `DPoP ${token.value}`, dpop: proof, 'content-type': 'application/json' };
    const body = JSON.stringify({ collection: 'children', fields: FIELDS, subjects: [ref] });
    const answer = await app.request(url.href, { method: 'POST', headers, body });
    if (answer.status !== 200) throw new Error(await answer.text());
  };
  let app: ReturnType<typeof releaseApp> | undefined;
  await count(
    'first release of an instance',
    () => send(app as NonNullable<typeof app>),
    async (gate) => {
      app = releaseApp({ ...(await separate(gateway)), now }, { warm: true });
      await gate.idle();
    },
  );
  await count('… and what it begins by itself', async () =>
    send(releaseApp({ ...(await separate(gateway)), now }, { warm: true })),
  );
}
