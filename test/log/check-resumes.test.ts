/** A check that goes on where an earlier one ended, against one from the first entry. */
import { expect, test } from 'vitest';
import { type CheckedLog, type CheckLogOptions, checkLog } from '../../shared/log/check/check-log.ts';
import { formatVerified, parseVerified } from '../../shared/log/check/verified.ts';
import type { LeafForm } from '../../shared/log/entry/leaf.ts';
import { publicKeyOf } from '../../shared/log/node-crypto.ts';
import { vouchFor } from './log.ts';
import { chainOf, counted, filesOf, mirrorKeys, type Signed } from './mirror.ts';

const keys = mirrorKeys();
const [a, b, c] = [chainOf(keys, 300), chainOf(keys, 260), chainOf(keys, 20)];
const steps = [
  [...a.slice(0, 100), ...b.slice(0, 60)],
  [...b.slice(60, 90), ...a.slice(100, 160)],
  [...b.slice(90, 200), ...c.slice(0, 10), ...a.slice(160, 250)],
  [...a.slice(250), ...b.slice(200), ...c.slice(10)],
];
const sizes = steps.map((_, i) => counted(...steps.slice(0, i + 1)).length);
const whole = counted(...steps);

const check = (signed: readonly Signed[], options: Partial<CheckLogOptions> = {}) => {
  const files = filesOf(keys, signed);
  return checkLog({ read: async (path) => files.get(path) ?? null, log: keys.log, ...options });
};
const stored = async (checked: CheckedLog) => {
  const from = await parseVerified(formatVerified(checked), keys.log);
  return from ?? expect.fail('another version');
};
const faultOf = (run: Promise<unknown>) =>
  run.then(
    () => expect.fail('no fault'),
    ({ fault, at }) => ({ fault, at }),
  );

test('ends as a check of all entries, after each step and over each width of the last bundle', async () => {
  const all = await check(whole);
  let from = await stored(await check(whole.slice(0, sizes[0])));
  for (const size of sizes.slice(1)) {
    const seen: number[] = [];
    const onLeaf = (_leaf: LeafForm, index: number) => seen.push(index);
    const checked = await check(whole.slice(0, size), { from, onLeaf });
    expect(checked.skipped).toBe(from.checkpoint.size);
    expect(Math.min(...seen)).toBe(from.checkpoint.size);
    from = await stored(checked);
  }
  expect(formatVerified(from)).toBe(formatVerified(all));
});

test.each<[string, (log: Signed[]) => Signed[]]>([
  ['a removed entry', (log) => log.toSpliced(sizes[0] as number, 1)],
  ['an entry of before twice', (log) => log.toSpliced(sizes[0] as number, 0, a[40] as Signed)],
  ['the first entry of a writer twice', (log) => log.toSpliced(sizes[0] as number, 0, b[0] as Signed)],
  ['entries without a count', (log) => log.slice(0, -1)],
])('finds %s behind the earlier end, as a check of all entries does', async (_what, forge) => {
  const from = await stored(await check(whole.slice(0, sizes[0])));
  const forged = forge(whole.slice(0, sizes[1]));
  const fault = await faultOf(check(forged, { from }));
  expect(fault).toEqual(await faultOf(check(forged)));
  expect(fault.fault).not.toBe('FORK');
});

test('finds an entry of a writer that was revoked before', async () => {
  const revoked = new Set([JSON.parse(Buffer.from((a[0] as Signed).leaf).toString()).writer]);
  const before = await check(whole.slice(0, sizes[0]));
  const from = await stored({ ...before, chains: { ...before.chains, revoked } });
  expect(await faultOf(check(whole, { from }))).toMatchObject({ fault: 'CHAIN' });
});

test.each<[string, number]>([
  ['in a bundle that is not read again', 40],
  ['in the last bundle', (sizes[1] as number) - 60],
])('tells a log with another entry %s from a bad one', async (_what, index) => {
  const size = sizes[1] as number;
  const from = await stored(await check(whole.slice(0, size)));
  const other = (whole.length > index && [...a, ...b].find((one) => one !== whole[index])) as Signed;
  for (const length of [size, whole.length]) {
    const rewritten = whole.with(index, other).slice(0, length);
    expect(await faultOf(check(rewritten, { from }))).toEqual({ fault: 'FORK', at: `size ${size}` });
  }
  expect(await faultOf(check(whole.slice(0, size - 1), { from }))).toMatchObject({ fault: 'FORK' });
});

test('reads all entries again if a key that certified writers counts no more', async () => {
  const from = await stored(await check(whole.slice(0, sizes[0])));
  const certifiers = [keys, mirrorKeys()].map(({ gateway }) => vouchFor(publicKeyOf(gateway)));
  expect((await check(whole, { from, certifiers })).skipped).toBe(sizes[0]);
  expect(await faultOf(check(whole, { from, certifiers: certifiers.slice(1) }))).toMatchObject({
    fault: 'CHAIN',
  });
});

test('takes no end with another edge, of another log, or of another version', async () => {
  const text = formatVerified(await check(whole.slice(0, sizes[0])));
  const end = JSON.parse(text);
  const parse = (changed: object) => parseVerified(JSON.stringify({ ...end, ...changed }), keys.log);
  expect(await parse({})).not.toBeNull();
  expect(await parse({ version: 0 })).toBeNull();
  expect(await parse({ levels: [Buffer.alloc(160 * 32).toString('base64')] })).toBeNull();
  expect(await parseVerified(text, mirrorKeys().log)).toBeNull();
});
