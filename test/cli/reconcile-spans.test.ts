import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { requestsFor } from '../../infra/cli/log/trail.ts';
import { type Cut, cutDown, openTrail } from '../../infra/cli/log/trail-files.ts';
import { partOf } from '../../shared/log/read/part-of.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As many records an hour, spread evenly, of so many bytes each. */
const trail = (hours: number, each: number, bytes: number): Cut[] =>
  Array.from({ length: hours * each }, (_, i) => {
    const at = Math.floor((i * HOUR) / each);
    return { at, key: `key-${i}`, record: { at }, bytes };
  });
const hourly = (cuts: readonly Cut[], hours: number) =>
  Array.from({ length: hours }, (_, i) => requestsFor(cuts, i * HOUR, (i + 1) * HOUR)).flat();

it.each([
  ['few records', 100, 300, 3],
  ['more records than a request may have', 16_000, 300, 12],
  ['more bytes than a request may have', 4_000, 3_000, 12],
])('the record of KMS goes to the gateway in spans that fit: %s', (_, each, bytes, spans) => {
  const found = hourly(trail(3, each, bytes), 3);
  expect(found).toHaveLength(spans);
  for (const [i, { at, end, records }] of found.entries()) {
    expect(at).toBe(found[i - 1]?.end ?? 0);
    expect(records.length).toBeLessThanOrEqual(5000);
    expect(records.length * bytes).toBeLessThanOrEqual(3_500_000);
    // Each side of an edge is in both spans, because an unwrap and its entry may be on different sides.
    const within = records as { at: number }[];
    expect(within.filter((one) => one.at < at || one.at >= end).length).toBeGreaterThan(0);
  }
  expect(found.at(-1)?.end).toBe(3 * HOUR);
});

it('a minute with more records than a request may have is sent in parts, each key in one', () => {
  const found = hourly(trail(1, 600_000, 300), 1);
  expect(Math.max(...found.map(({ records }) => records.length))).toBeLessThanOrEqual(5000);
  const first = found.filter(({ at }) => at === 0);
  expect(first.map(({ part }) => part)).toEqual(first.map((_, i) => i));
  expect(new Set(first.map(({ parts }) => parts))).toEqual(new Set([first.length]));
  const sent = first.flatMap(({ records }) => records as { at: number }[]);
  expect(sent).toHaveLength(new Set(sent).size);
  const until = (first[0]?.end ?? 0) + MINUTE;
  expect(sent).toHaveLength(Math.ceil((until * 600_000) / HOUR));
});

it('a key with more unwraps than a request may have makes no parts, and its own is named as not compared', () => {
  const cut = (key: string, i: number) => ({ at: i, key, record: { key }, bytes: 300 });
  const busy = Array.from({ length: 6000 }, (_, i) => cut('busy', i));
  const others = Array.from({ length: 6000 }, (_, i) => cut(`key-${i}`, i));
  const found = requestsFor([...busy, ...others], 0, MINUTE);
  const parts = found.length;
  expect(parts).toBeLessThan(10);
  expect(found.map(({ tooMany = false }) => tooMany)).toEqual(
    found.map((_, part) => part === partOf('busy', parts)),
  );
  expect(found.flatMap(({ records }) => records)).toHaveLength(12_000);
});

it.each([
  ['of another account', { type: 'AWSAccount', principalId: 'AROAOTHER:S1@school' }, 'AROAOTHER/S1@school'],
  [
    'of the same account',
    { arn: 'arn:aws:sts::1:assumed-role/release/S1@school', principalId: 'AROA:S1@school' },
    'release/S1@school',
  ],
])('the gateway reads of what is sent what the record says: a caller %s', (_, userIdentity, principal) => {
  const record = {
    ...{ eventName: 'Decrypt', eventSource: 'kms.amazonaws.com', eventTime: '2026-01-02T03:04:05Z' },
    ...{ eventID: 'event', sharedEventID: 'shared', userIdentity, sourceIPAddress: '192.0.2.1' },
    requestParameters: { encryptionContext: { keyId: 'key', subject: 'subject', class: 'facts' } },
  };
  const sent = JSON.parse(JSON.stringify(cutDown(record)?.record));
  expect(sent).not.toHaveProperty('sourceIPAddress');
  expect(readUnwrap(sent)).toEqual(readUnwrap(record));
  expect(readUnwrap(sent)).toMatchObject({ event: 'shared', principal });
});

const unwrapAt = (at: number, i: number) => ({
  ...{ eventName: 'Decrypt', eventSource: 'kms.amazonaws.com', eventTime: new Date(at).toISOString() },
  ...{ eventID: `event-${i}`, userIdentity: { arn: 'arn:aws:sts::1:assumed-role/release/S1@school' } },
  // Large enough that a day of lines is read in several pieces, cut within characters of several bytes.
  requestParameters: { encryptionContext: { keyId: `键-${i}`, subject: 's', class: 'facts' } },
  userAgent: '部'.repeat(300),
});

it('finds each unwrap of a span in whatever file and order, lines and packed files alike', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trail-'));
  const all = Array.from({ length: 4000 }, (_, i) => unwrapAt(i * 2000, i));
  const lines = all.filter((_, i) => i % 2 === 0).map((one) => JSON.stringify(one));
  writeFileSync(join(folder, 'day.jsonl'), `${lines.join('\n')}\n\n`);
  const packed = all.filter((_, i) => i % 2 === 1).reverse();
  for (let i = 0; i < 4; i++) {
    const Records = [...packed.slice(i * 500, (i + 1) * 500), { eventName: 'Sign' }];
    writeFileSync(join(folder, `${i}.json.gz`), gzipSync(JSON.stringify({ Records })));
  }
  let seen = 0;
  const opened = await openTrail(folder, () => {
    seen += 1;
  });
  expect(seen).toBe(4004);
  for (const [from, to] of [
    [0, HOUR],
    [HOUR, 2 * HOUR],
    [30 * MINUTE, 31 * MINUTE],
    [0, 9 * HOUR],
  ] as const) {
    const keys = (await opened.between(from, to)).map(({ key }) => key).sort();
    const wanted = all.map((_, i) => i).filter((i) => i * 2000 >= from && i * 2000 < to);
    expect(keys).toEqual(wanted.map((i) => `键-${i}`).sort());
  }
  writeFileSync(join(folder, 'bent.jsonl'), '{"eventName": "Decr');
  await expect(openTrail(folder)).rejects.toThrow('bent.jsonl is damaged');
  rmSync(folder, { recursive: true });
});
