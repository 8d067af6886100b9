/** The reasons for which an entry is to be reviewed first, and the second look at verdicts of others. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReviewGroup } from '../../shared/contract/reviews.ts';
import { asClientId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { POSITION } from '../../shared/log/read/index-table.ts';
import { getItem, type Item, putItem } from '../../shared/store/table.ts';
import { decision } from '../log/log.ts';
import { children } from '../policy/support.ts';
import { openRig, type Rig } from './rig.ts';

const DAY = 86_400_000;
/** So many that one in twenty is some. */
const MANY = 240;
let rig: Rig;

beforeAll(async () => {
  rig = await openRig();
  await rig.register('audit-office', [], ['audit']);
  await rig.register('other-office', [], ['audit']);
});
afterAll(() => rig.close());

async function append(...entries: NewEntry[]): Promise<void> {
  for (let at = 0; at < entries.length; at += 60) await rig.log.append(entries.slice(at, at + 60));
  while ((await rig.sequencer.step()).sequenced > 0);
}
async function queueOf(office: string, from: number) {
  const span = `from=${new Date(from).toISOString()}`;
  return (await rig.get(office, 'audit', `/v1/log/reviews/queue?${span}`)).json;
}
const by = (purpose: string, more: Parameters<typeof decision>[0] = {}) => decision({ purpose, ...more });
const whyOf = (groups: ReviewGroup[], purpose: string) =>
  groups.find((one) => one.purpose === purpose && !one.second)?.why ?? [];

it('a purpose is the first of an office if none of the 31 days before had it', async () => {
  const before = rig.clock.now;
  await append(by('S1'));
  // A log that is new as a whole has no first purpose.
  expect(whyOf((await queueOf('audit-office', before - DAY)).groups, 'S1')).not.toContain('FIRST_PURPOSE');
  rig.clock.now += 2 * DAY;
  await append(by('S1'), by('S2'));
  const { groups } = await queueOf('audit-office', rig.clock.now - DAY);
  expect(whyOf(groups, 'S1')).not.toContain('FIRST_PURPOSE');
  expect(whyOf(groups, 'S2')).toContain('FIRST_PURPOSE');
  // While the hours before are counted again, those that are missing must not make it so.
  const table = { client: rig.deps.dynamo, name: rig.env.logIndexTable };
  const position = (await getItem(table, POSITION)) as Item;
  await putItem(table, { ...position, until: { N: '0' } });
  const meanwhile = (await queueOf('audit-office', rig.clock.now - DAY)).groups;
  await putItem(table, position);
  expect(whyOf(meanwhile, 'S2')).not.toContain('FIRST_PURPOSE');
});

it('only a restricted class makes a claimed officer worth a look', async () => {
  const handler = { ...by('S1').handler, agency: asClientId('edu-county'), departments: ['EDU'] };
  const claimed = { ...handler, officerBy: 'claimed' } as never;
  await append(
    by('S3', { handler: claimed, fields: { MCA: { name: 'plain' } } }),
    by('S4', { handler: claimed, fields: { NHC: { illness: 'plain' } } }),
  );
  const { groups } = await queueOf('audit-office', rig.clock.now - DAY);
  expect(whyOf(groups, 'S3')).not.toContain('CLAIMED');
  expect(whyOf(groups, 'S4')).toContain('CLAIMED');
});

it('the rank of a group is the sum of the points that the pack gives its reasons', async () => {
  const { points } = children.reviews;
  const from = rig.clock.now + DAY;
  rig.clock.now = from;
  await append(by('S6'), ...Array.from({ length: 9 }, () => by('S7')));
  const { groups } = await queueOf('audit-office', from - 1);
  const [alone, many] = ['S6', 'S7'].map((purpose) =>
    groups.find((one: ReviewGroup) => one.purpose === purpose),
  );
  expect([alone.count, many.count]).toEqual([1, 9]);
  const sum = (why: string[]) =>
    why.reduce(
      (all, one) =>
        all +
        ({ FIRST_PURPOSE: points.firstPurpose, OFF_HOURS: points.offHours, SAMPLE: points.sample }[one] ?? 0),
      0,
    );
  expect(alone.why).toContain('RARE');
  expect(alone.why).toContain('FIRST_PURPOSE');
  expect(alone.rank).toBe(sum(alone.why) + points.rare);
  expect(many.rank).toBe(sum(many.why) + points.rare / 3);
});

it('one in twenty verdicts of others is to be looked at again, alone, by a person who gave none', async () => {
  const from = rig.clock.now + DAY;
  rig.clock.now = from;
  await append(...Array.from({ length: MANY }, () => by('S5')));
  const { groups } = await queueOf('audit-office', from - 1);
  expect(groups.some(({ second }: ReviewGroup) => second)).toBe(false);
  // The queue names a hundred of a group.
  for (let left = MANY; left > 0; ) {
    const [group] = (await queueOf('audit-office', from - 1)).groups;
    const verdicts = group.ids.map((about: string) => ({ about, verdict: 'justified' }));
    expect((await rig.post('audit-office', 'audit', '/v1/log/reviews', { verdicts })).json.refused).toEqual(
      [],
    );
    left -= group.ids.length;
  }
  const own = await queueOf('audit-office', from - 1);
  expect([own.groups, own.open, own.reviewed]).toEqual([[], 0, MANY]);
  const other = await queueOf('other-office', from - 1);
  expect([other.open, other.reviewed]).toEqual([0, MANY]);
  expect(other.groups.length).toBeGreaterThan(0);
  expect(other.groups.length).toBeLessThan(MANY / 8);
  const [look] = other.groups;
  expect(look).toMatchObject({ second: true, count: 1, why: expect.arrayContaining(['SECOND']) });
  const verdicts = [{ about: look.ids[0], verdict: 'questioned', note: 'which case is it?' }];
  await rig.post('other-office', 'audit', '/v1/log/reviews', { verdicts });
  const left = (await queueOf('other-office', from - 1)).groups;
  expect(left.length).toBe(other.groups.length - 1);
});

it('one answer opens the newest entries and every older alert, and says where to read on', async () => {
  const from = rig.clock.now + DAY;
  rig.clock.now = from;
  await append(decision({ kind: 'alert', outcome: 'open', code: 'UNREVIEWED', words: {} }), by('S8'));
  const older = from + 1;
  rig.clock.now += 60_000;
  await append(...Array.from({ length: 4000 }, () => by('S9')));
  const first = await queueOf('audit-office', from - 1);
  expect([first.open, first.more, first.alerts.open]).toEqual([4001, true, 1]);
  expect(first.groups.map(({ purpose }: ReviewGroup) => purpose)).not.toContain('S8');
  expect(first.next).toBe(new Date(older).toISOString());
  const span = `from=${new Date(from - 1).toISOString()}&to=${first.next}`;
  const { json: rest } = await rig.get('audit-office', 'audit', `/v1/log/reviews/queue?${span}`);
  expect([rest.open, rest.more, rest.next]).toEqual([2, false, undefined]);
});
