import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { logStore, logWriter } from '../../functions/steps/log.ts';
import { claimsOf, dropBefore, type KeptClaims } from '../../functions/watch/claims.ts';
import { envOf } from '../../infra/local/settings.ts';
import { decision } from '../log/log.ts';
import { fileGateway } from '../support/gateway.ts';

const start = Date.parse('2026-11-25T02:00:00Z');
const clock = { now: start };
const gateway = await fileGateway({ now: () => clock.now });
const store = logStore(gateway);

/** Items of the log that are read. */
let items = 0;
gateway.dynamo.middlewareStack.add(
  (next, { commandName }) =>
    async (args) => {
      const { RequestItems = {} } = args.input as { RequestItems?: Record<string, { Keys: object[] }> };
      if (commandName === 'BatchGetItemCommand')
        items += RequestItems[gateway.env.logTable]?.Keys.length ?? 0;
      return next(args);
    },
  { step: 'initialize' },
);

const idsOf = (claims: readonly { entry: string }[]) => claims.map(({ entry }) => entry).sort();

test('a span that overlaps the one before it reads only the items since, and has all claims', async () => {
  const { env, kms, dynamo } = gateway;
  const log = logWriter(
    withTables({ env: envOf(env, 'release'), kms, dynamo, now: () => clock.now }),
    'release',
  );
  const append = async () => {
    for (let i = 0; i < 3; i++) await log.append([decision(), decision(), decision()]);
  };
  await append();
  const kept: KeptClaims = new Map();
  const first = { from: start - 60_000, to: start + 1000 };
  const before = await claimsOf(store, kept, first);
  expect(before.length).toBeGreaterThanOrEqual(9);
  items = 0;
  expect(idsOf(await claimsOf(store, kept, first))).toEqual(idsOf(before));
  expect(items).toBe(0);

  clock.now += 20_000;
  await append();
  items = 0;
  const wider = { from: start - 30_000, to: clock.now + 1000 };
  const since = await claimsOf(store, kept, wider);
  const read = items;
  expect(idsOf(since)).toEqual(idsOf(await claimsOf(store, new Map(), wider)));
  expect(since.length).toBeGreaterThanOrEqual(before.length + 9);
  expect([read > 0, read < items - read]).toEqual([true, true]);

  // What ends before a span is neither kept nor among its claims.
  dropBefore(kept, clock.now - 1000);
  const late = await claimsOf(store, kept, { from: clock.now - 1000, to: clock.now + 1000 });
  expect(idsOf(late)).toEqual(idsOf(since.filter(({ at }) => at >= clock.now - 1000)));
});

test('the entries of a busy span are not held, only their claims', () => {
  // 60,000 entries of 2 KB are more than this heap.
  const script = join(import.meta.dirname, 'claims-heap.ts');
  const read = execFileSync(process.execPath, ['--max-old-space-size=80', script, '60000'], {
    stdio: 'pipe',
  });
  expect(String(read)).toBe('60000');
});
