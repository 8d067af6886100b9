/** What a department's deployed template does not allow of a pack. */
import { expect, it } from 'vitest';
import { notAllowed, ownerTemplate } from '../../infra/aws/owner-template.ts';
import { PACK } from './synthesise.ts';

it('a purpose that a pack adds is named until the department deploys its template again', () => {
  const served = { environment: 'dev', account: '111122223333', multiRegion: false };
  const without = (purpose: string) => ({
    ...PACK,
    openedBy: new Map(
      [...PACK.openedBy].map(([name, some]) => [name, some.filter((one) => one !== purpose)]),
    ),
  });
  const [deployed, wanted] = [without('W3'), PACK].map((pack) =>
    ownerTemplate(pack, served, { owner: 'HEALTH' }),
  ) as [object, object];
  const opened = [...(PACK.ownKeyOf.get('HEALTH')?.keys() ?? [])].filter((name) =>
    PACK.openedBy.get(name)?.includes('W3'),
  );
  expect(notAllowed(deployed, wanted)).toEqual(opened.map((name) => `${name} W3`).sort());
  expect(opened.length).toBeGreaterThan(0);
  expect(notAllowed(wanted, wanted)).toEqual([]);
});
