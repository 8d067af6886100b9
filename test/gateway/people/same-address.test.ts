import { expect, it } from 'vitest';
import { testGateway } from '../../support/gateway.ts';

it('a gateway at the address of one that ended, whose clock stood, takes the people of its own issuer', async () => {
  const at = Date.now();
  const asks = async (port: number, now: () => number) => {
    const gateway = await testGateway({ port, now });
    try {
      const details = { actions: ['casework'], officer: 'sun.li' };
      const { status } = await gateway.call('desk-county', details, 'GET', '/v1/tasks');
      return { status, port: Number(new URL(gateway.url).port) };
    } finally {
      await gateway.close();
    }
  };
  const before = await asks(0, () => at);
  expect(before.status).toBe(200);
  expect((await asks(before.port, Date.now)).status).toBe(200);
});
