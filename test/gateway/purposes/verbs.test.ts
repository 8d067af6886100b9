/** The verbs of Art. 4: collecting, storing, using and providing are logged as such. */
import { expect, it } from 'vitest';
import { entriesOf, makeChild, put, release } from '../../maintenance/rig.ts';
import { children as pack } from '../../policy/support.ts';
import { fileGateway } from '../../support/gateway.ts';

const gateway = await fileGateway();

it('a first sheet is collected, the next stored; facts are used, fields provided', async () => {
  const child = await makeChild(gateway);
  await put(gateway, 'mca-county', { ref: child.ref, fields: { guardian_phone: '13900000002' } });
  await release(gateway, { ref: child.ref }, ['name']);
  const verbs = async (kind: string) => (await entriesOf(gateway, kind)).map(({ operation }) => operation);
  const intake = await verbs('intake');
  expect(intake.filter((verb) => verb === 'collect')).toHaveLength(2);
  expect(intake).toContain('store');
  expect(await verbs('attempt')).toContain('use');
  expect(await verbs('decision')).toEqual(['provide']);
});

it('a card is disclosed, and nothing else is', () => {
  const disclosed = [...pack.purposes.values()].filter(({ operation }) => operation === 'disclose');
  expect(disclosed.map(({ code }) => code)).toEqual(['M1']);
});
