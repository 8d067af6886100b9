/** The account of a department on one's machine: what is deployed decides, whatever the pack opens. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import shipped from '#pack/pack.json' with { type: 'json' };
import { templateFor } from '../../infra/aws/owner-template.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { ENVIRONMENT, openOwners } from '../../infra/local/aws/kms/owners.ts';
import { ACCOUNT } from '../../infra/local/aws/sts.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { sharedFolder } from '../support/folder.ts';

const pack = loadPack(shipped);
const folder = sharedFolder();
const [name, { openedBy: opened = [] } = {}] = [...pack.classes].find(([of]) => of === 'health-illness') ?? [
  'none',
];
const narrow = {
  ...pack,
  classes: new Map(
    [...pack.classes].map(([of, one]) => [
      of,
      { ...one, openedBy: one.openedBy.filter((code) => code !== 'W1') },
    ]),
  ),
};
const SERVED = { environment: ENVIRONMENT, account: ACCOUNT, multiRegion: false };
const open = (of: typeof pack) => openOwners(folder, { HEALTH: '444455556666' }, of).get('HEALTH');
const asking = (purpose: string, more: Record<string, string> = {}) => ({
  ...{ user: 'Session', action: 'Decrypt', tags: new Map([['purpose', purpose]]) },
  context: new Map(Object.entries({ collection: pack.collection, owner: 'HEALTH', class: name, ...more })),
});

it('a class opened to a new purpose stays closed to it until the department deploys the template again', () => {
  expect(opened).toContain('W1');
  open(narrow);
  const own = open(pack);
  const other = opened.find((code) => code !== 'W1' && !pack.purposes.get(code)?.route) ?? '';
  expect([own?.allows(asking('W1')), own?.allows(asking(other))]).toEqual([false, true]);
  const aside = openOwners(join(folder, 'aside'), { HEALTH: '444455556666' }, pack);
  expect(aside.get('HEALTH')?.allows(asking('W1'))).toBe(true);
  const deployed = JSON.stringify(templateFor(pack, SERVED, { owner: 'HEALTH' }));
  writeFileSync(join(folder, 'HEALTH', 'template.json'), deployed);
  expect(own?.allows(asking('W1'))).toBe(true);
  expect(own?.allows(asking('W1', { owner: 'MPS' }))).toBe(false);
  expect(own?.allows({ ...asking('W1'), action: 'CreateGrant' })).toBe(false);
});

it('a hold ends what the deployed template allows, and its end gives it back', () => {
  const own = open(pack);
  own?.update({ HeldPurposes: 'E1,W1' });
  expect(own?.allows(asking('W1'))).toBe(false);
  own?.update({});
  expect(own?.allows(asking('W1'))).toBe(true);
});

it("a ring with a department's key, and one that waits for its deletion, opens again", () => {
  const file = join(folder, 'kms.json');
  const ring = openKeyRing(file, Date.now);
  ring.ensureAll([['alias/fieldgate/owner/HEALTH/facts', 'SYMMETRIC_DEFAULT', '444455556666']]);
  ring.setState(ring.ensure('alias/fieldgate/one', 'SYMMETRIC_DEFAULT').arn, 'PendingDeletion');
  const again = openKeyRing(file, Date.now);
  expect(again.list().map(({ arn }) => arn)).toEqual(ring.list().map(({ arn }) => arn));
});
