import { expect, it, vi } from 'vitest';
import { LEAK } from '../../shared/records/subject/leak-index.ts';
import { allItems, makeChild, release, runJob } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const gateway = await fileGateway();

it('no blind index value stands in a log, a trail or an answer, only where look-ups need it', async () => {
  const printed = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
  const child = await makeChild(gateway);
  const answers = [
    await release(gateway, { match: child.match }, ['name', 'id_number']),
    await release(gateway, { match: { id_number: freshNumber() } }, ['name']),
    await release(gateway, { match: { id_number: 'malformed' } }, ['name']),
  ];
  await runJob(gateway, 'sweep');

  const { env, dynamo, trail } = gateway;
  const indexes = (await allItems(dynamo, env.indexTable)).map(({ index }) => index?.S ?? '');
  expect(indexes.length).toBeGreaterThan(0);
  const holders = await allItems(dynamo, env.keysTable);
  const blind = indexes.filter((index) => !index.startsWith(LEAK));
  expect(blind.length).toBeGreaterThan(0);
  expect(blind.every((index) => JSON.stringify(holders).includes(index))).toBe(true);

  const tables = [
    env.logTable,
    env.wordsTable,
    env.claimsTable,
    env.jobsTable,
    env.sheetsTable,
    env.treeTable,
  ];
  const elsewhere = await Promise.all(tables.map((table) => allItems(dynamo, table)));
  const said = [...answers.map(({ text }) => text), ...printed.flatMap(({ mock }) => mock.calls)];
  const text = JSON.stringify([elsewhere, trail, said]);
  expect(text).toContain('GenerateMac');
  for (const index of indexes) {
    const mac = index.split('.').at(-1) ?? '';
    for (const form of [
      mac,
      Buffer.from(mac, 'base64url').toString('base64'),
      Buffer.from(mac, 'base64url').toString('hex'),
    ]) {
      expect(text.includes(form)).toBe(false);
    }
  }
});
