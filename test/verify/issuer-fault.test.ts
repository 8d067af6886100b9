import { expect, it, vi } from 'vitest';
import { verifyApp } from '../../functions/verify/app.ts';
import { openRig } from '../audit/rig.ts';

it('lets no one keep the answer of the issuer while its keys cannot be read', async () => {
  const { deps, close } = await openRig();
  const app = verifyApp(deps as never);
  vi.spyOn(deps.kms, 'send').mockRejectedValue(new Error('down') as never);
  const answer = await app.request('/.well-known/jwt-vc-issuer');
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect(answer.headers.get('cache-control')).not.toContain('public');
  await close();
});
