/** A programme with a last day: checks are confirmed on it, no longer on the next, and auditors are told before. */
import { expect, test } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { fileWorld } from './world.ts';

const DAY = 86_400_000;
const { utcOffsetMinutes } = pack.calendar;
const dayOf = (at: number) => new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);

const world = await fileWorld();
const until = dayOf(world.now() + DAY);
Object.assign(pack.programmes.get('spring-bud') as object, { until });

test('confirms on its last day, with a proof that ends with it, and nothing from the next day on', async () => {
  const child = await world.ready();
  world.later();
  const { json } = await world.ask('charity-sunrise', { match: child.match });
  expect(json.outcome).toBe('YES');
  expect(Date.parse(json.validUntil)).toBe(
    Date.parse(`${until}T00:00:00Z`) + DAY - utcOffsetMinutes * 60_000,
  );
  world.later();
  const after = await world.ask('charity-sunrise', { match: child.match });
  expect(after.json.code).toBe('VALIDITY_ENDED');
  // One that states no last day goes on.
  expect((await world.ask('charity-sunrise', { match: child.match }, 'warm-home')).json.outcome).toBe('YES');
});

test('raises one alert that names it', async () => {
  for (const _ of [1, 2]) {
    await world.gateway.sequencer.step();
    await world.gateway.watcher.scan();
  }
  const details = { actions: ['audit'], officer: 'wang.fang', reason: 'the daily look' };
  const { json } = await world.call('audit-office', details, 'GET', '/v1/alerts');
  const found = json.alerts.filter(({ code }: { code: string }) => code === 'PROGRAMME_ENDS');
  expect(found).toMatchObject([{ about: `spring-bud ${until}`, rule: 'A16.1' }]);
});
