/** The keys that write the log, and the work on keys and records: who wrote when, until when, with what right. */

import { hashOf } from '../frame/route.ts';
import { read } from '../gateway/api.ts';
import { officeName } from '../gateway/reference.ts';
import { grouped } from '../grouped.ts';
import { asEntry, kindName, type LogEntry, outcomeName } from '../log/entries.ts';
import { isoDay, number, t, time, visible } from '../text.ts';
import { Shown, useNamed } from '../ui/state.tsx';
import { Table } from '../ui/table.tsx';

export default function Writers() {
  const { writers: text } = t();
  const loaded = useNamed(async (signal) => {
    const of = async (kind: string): Promise<LogEntry[]> =>
      (await read('GET /v1/log/entries', { query: { kind, limit: 1000 } }, signal)).entries.map(asEntry);
    const [keys, revoked, jobs] = await Promise.all([of('writer'), of('revocation'), of('maintenance')]);
    return { keys, revoked, jobs };
  }, []);
  return (
    <Shown of={loaded} rows={8}>
      {({ keys, revoked, jobs }) => (
        <>
          <p class="faint">{text.hint}</p>
          <KeyTable
            keys={keys}
            ended={new Map(revoked.map(({ revokes = '', id }) => [revokes, id]))}
            now={Date.now()}
          />
          <p>
            <a href={hashOf('second')}>{text.revoke}</a>
          </p>
          <h2>{text.jobs}</h2>
          {jobs.length === 0 ? <p class="empty">{text.noJobs}</p> : <Jobs jobs={jobs} />}
        </>
      )}
    </Shown>
  );
}

const WIDTH = 240;

function KeyTable({
  keys,
  ended,
  now,
}: {
  keys: readonly LogEntry[];
  ended: ReadonlyMap<string, string>;
  now: number;
}) {
  const { writers: text } = t();
  const spans = keys.flatMap(({ certificate: one, id, writer = '' }) =>
    one ? [{ ...one, id, writer, from: Date.parse(one.started), to: Date.parse(one.until) }] : [],
  );
  const first = Math.min(...spans.map(({ from }) => from));
  const last = Math.max(now, ...spans.map(({ to }) => to));
  const xOf = (at: number) => ((at - first) / Math.max(1, last - first)) * WIDTH;
  const heads = [text.part, text.writer, text.key, text.from, t().cases.until, t().cases.state, text.span];
  return (
    <Table
      title={text.keys}
      heads={heads}
      rows={spans.map(({ id, writer, name, kinds, key, from, to, started, until }) => {
        const revocation = ended.get(writer);
        const state = revocation ? 'revoked' : to < now ? 'over' : 'current';
        return [
          <details key="part">
            <summary class="mono">{visible(name)}</summary>
            {kinds.map(kindName).join(', ')}
          </details>,
          <a key="writer" class="mono" href={hashOf('log', { kind: 'writer', e: id })}>
            {writer.slice(0, 8)}…
          </a>,
          <span key="key" class="mono">
            {key.slice(0, 12)}…
          </span>,
          time(started, 'short'),
          time(until, 'short'),
          revocation ? (
            <a key="state" class="bad" href={hashOf('log', { e: revocation })}>
              {text.states.revoked}
            </a>
          ) : (
            text.states[state]
          ),
          <svg key="span" width={WIDTH} height="16" class="lifetime" aria-hidden="true">
            <rect
              x={xOf(from)}
              y="3"
              width={Math.max(2, xOf(to) - xOf(from))}
              height="10"
              class={`series ${state === 'revoked' ? 's4' : state === 'over' ? 's8' : 's2'}`}
            />
            <line x1={xOf(now)} x2={xOf(now)} y1="0" y2="16" />
          </svg>,
        ];
      })}
    />
  );
}

function Jobs({ jobs }: { jobs: readonly LogEntry[] }) {
  const { log } = t();
  const groups = grouped(jobs, ({ time: at = '', outcome = '', code = '', handler }) =>
    JSON.stringify([isoDay(Date.parse(at)), outcome, code, handler?.agency ?? '']),
  );
  return (
    <Table
      title={t().writers.jobs}
      heads={[t().writers.from, log.columns.outcome, log.columns.office, t().flows.entries]}
      numeric={[3]}
      rows={[...groups.values()].map((all) => {
        const [newest, oldest] = [all[0] as LogEntry, all.at(-1) as LogEntry];
        const to = new Date(Date.parse(newest.time ?? '') + 1).toISOString();
        return [
          time(oldest.time ?? '', 'short'),
          `${outcomeName(newest.outcome, newest.kind)} ${newest.code ?? ''}`,
          visible(officeName(newest.handler?.agency)),
          <a key="log" href={hashOf('log', { kind: 'maintenance', from: oldest.time, to })}>
            {number(all.length)}
          </a>,
        ];
      })}
    />
  );
}
