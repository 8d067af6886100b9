/** The export of a long log: in order, each line once, and only the entries of one short span in memory. */
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeSince } from '../../infra/cli/log/export.ts';
import type { LogLine } from '../../shared/client/log-lines.ts';

const HOUR = 3_600_000;

/** A log that is quiet, then has 100 entries a second for an hour, then is quiet. */
function log(start: number, busy: number) {
  const spans: number[] = [];
  const held: number[] = [];
  const every = (time: number) => (time >= busy && time < busy + HOUR ? 10 : 60_000);
  const times: number[] = [];
  for (let time = start; time < Date.now(); time += every(time)) times.push(time);
  return {
    times,
    spans,
    held,
    async *logLines(span: { from: string; to: string }): AsyncGenerator<LogLine> {
      const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
      const within = times.filter((time) => time >= from && time < to).reverse();
      spans.push(to - from);
      held.push(within.length);
      for (const time of within) yield { id: `${time}`, time, text: `${time}` };
    },
  };
}

it('a busy hour is read by shorter spans, and a quiet day by few', async () => {
  const start = Date.now() - 72 * HOUR;
  const source = log(start, start + 30 * HOUR);
  let text = '';
  const to = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const place = { from: new Date(start).toISOString(), written: [] };
  const { count, place: end } = await writeSince(source, 'ndjson', place, to);
  const written = text.split('\n').slice(0, -1).map(Number);
  // Compared as a whole: a difference of that many numbers takes minutes to print.
  expect(written.join() === source.times.join()).toBe(true);
  expect(count).toBe(written.length);
  expect(count).toBeGreaterThan(360_000);
  // Those of the last two minutes are known to the next run, and no more.
  expect(end.written.length).toBeLessThanOrEqual(3);
  // The first span of the busy hour may be a long one. All after it are not.
  const [most = 0, ...rest] = source.held.toSorted((a, b) => b - a);
  expect(most).toBeLessThanOrEqual(360_000 + 360);
  expect(rest.filter((one) => one > 200_000)).toHaveLength(0);
  expect(source.spans.length).toBeLessThan(60);
});
