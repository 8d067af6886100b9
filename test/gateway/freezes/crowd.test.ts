/** Freezes that many put at the same time, which share one note of the last change. */
import { expect, it } from 'vitest';
import { asClientId, asEntryId } from '../../../shared/ids.ts';
import { dropFreeze, isSettled, putFreeze, readFreezes } from '../../../shared/records/casework/casework.ts';
import { fileGateway } from '../../support/gateway.ts';
import { liftStopLimits } from '../../support/lifted.ts';

liftStopLimits();

const { tables } = await fileGateway();

it('sixty freezes at once are all in force, and are all lifted at once', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `crowd-${i}`);
  const entry = asEntryId('AAAAAAAAAAAAAAAAAAAAAA-1-0');
  const freezeOf = (id: string) => {
    const target = { kind: 'agency', agency: asClientId(id) } as const;
    return { id, target, at: '2026-11-27T00:00:00Z', by: 'cac-office', entry };
  };
  const inForce = async () => {
    const { freezes, change } = await readFreezes(tables.casework);
    return [freezes.map(({ id }) => id).sort(), isSettled(change)];
  };
  await Promise.all(ids.map((id) => putFreeze(tables.casework, freezeOf(id))));
  expect(await inForce()).toEqual([ids.toSorted(), true]);
  await Promise.all(ids.map((id) => dropFreeze(tables.casework, id)));
  expect(await inForce()).toEqual([[], true]);
});
