/** The uses of the fields of the person's department: by month and recipient, and one by one. It names no person. */
import { useRef } from 'preact/hooks';
import type { Answer } from '../../../../../shared/contract/api.ts';
import { csvOf } from '../../csv.ts';
import { save } from '../../download.ts';
import { hashOf, route, setQuery } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { fieldName, loadReference, officeName, purposeName } from '../../gateway/reference.ts';
import { grouped } from '../../grouped.ts';
import { outcomeName } from '../../log/entries.ts';
import { dotted, monthIn, number, t, time, visible } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { Bars } from '../../ui/chart.tsx';
import { Chips } from '../../ui/choose.tsx';
import { usePages } from '../../ui/split.tsx';
import { Failure, Skeleton } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { DAY } from '../../units.ts';
import { UsePane } from './entry.tsx';

type Use = Answer<'GET /v1/usage'>['entries'][number];

const SPANS = [31, 92, 366];
const PAGE = 200;
/** Rows that the table shows at once. */
const SHOWN = 500;

const monthOf = ({ time: at }: Use) => monthIn(at);

export default function Usage() {
  const { query } = route.value;
  const days = SPANS.find((one) => String(one) === query.get('days')) ?? SPANS[0] ?? 31;
  const open = query.get('u');
  return (
    <div class={open ? 'split' : ''}>
      <div class="left">
        <List days={days} />
      </div>
      {open && <UsePane id={open} key={open} onClose={() => close(open)} />}
    </div>
  );
}

/** The focus goes back to the row. */
function close(id: string): void {
  setQuery({ u: undefined }, false);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-use="${CSS.escape(id)}"]`)?.focus());
}

function List({ days }: { days: number }) {
  const { usage } = t();
  return (
    <>
      <p class="faint">{usage.hint}</p>
      <p class="row">
        <Chips of={SPANS.map((one) => [hashOf('usage', { days: one }), usage.span(one), one === days])} />
      </p>
      <Uses key={days} days={days} />
    </>
  );
}

function Uses({ days }: { days: number }) {
  const { usage, states } = t();
  const from = useRef(new Date(Date.now() - days * DAY).toISOString());
  const { items, isWhole, busy, error, more } = usePages<Use>(async (cursor, signal) => {
    const query = { from: from.current, limit: PAGE, cursor };
    const [page] = await Promise.all([read('GET /v1/usage', { query }, signal), loadReference()]);
    return { items: page.entries, cursor: page.cursor };
  });
  if (items.length === 0 && busy) return <Skeleton rows={8} />;
  if (error !== null && items.length === 0) return <Failure error={error} again={() => void more()} />;
  if (items.length === 0) return <p class="empty">{usage.empty}</p>;
  const { query } = route.value;
  const [recipient, month] = [query.get('recipient'), query.get('month')];
  const shown = items.filter(
    (one) =>
      (recipient === null || one.recipient === recipient) && (month === null || monthOf(one) === month),
  );
  return (
    <>
      {error !== null && <Failure error={error} again={() => void more()} />}
      <Chart uses={items} days={days} />
      <p class="row" role="status">
        <b>{(isWhole ? usage.all : usage.atLeast)(number(shown.length))}</b>
        {(recipient !== null || month !== null) && (
          <a class="chip" href={hashOf('usage', { days })}>
            {visible(dotted(month, recipient && officeName(recipient)))} ✕{' '}
            <span class="hidden">{usage.clear}</span>
          </a>
        )}
        {busy && <span class="faint">{states.loading}</span>}
        {!isWhole && !busy && <Button onClick={() => void more()}>{usage.older}</Button>}
        <Button onClick={() => saveAll(shown)}>{usage.save}</Button>
      </p>
      <UseTable uses={shown.slice(0, SHOWN)} />
    </>
  );
}

function Chart({ uses, days }: { uses: readonly Use[]; days: number }) {
  const months = [...new Set(uses.map(monthOf))].sort();
  const recipients = [...grouped(uses, (one) => one.recipient ?? '')]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([key]) => ({ key, label: visible(officeName(key)) }));
  const bars = months.map((month) => ({
    label: month,
    parts: recipients.flatMap(({ key, label }) => {
      const count = uses.filter((one) => one.recipient === key && monthOf(one) === month).length;
      const href = hashOf('usage', { days, recipient: key, month });
      return count === 0 ? [] : [{ key, label, count, href }];
    }),
  }));
  return <Bars title={t().usage.chart} bars={bars} keys={recipients} />;
}

const fieldsOf = ({ fields }: Use) =>
  Object.entries(fields).map(([name, form]) => `${fieldName(name)} (${t().log.forms[form] ?? form})`);

function UseTable({ uses }: { uses: readonly Use[] }) {
  const { usage } = t();
  const kept = Object.fromEntries(route.value.query);
  return (
    <Table
      title={t().pages.usage}
      heads={[
        usage.when,
        t().consents.recipient,
        t().log.columns.purpose,
        t().inbox.case,
        usage.fields,
        t().log.columns.outcome,
      ]}
      rows={uses.map((one) => [
        <a key="one" class="whole" href={hashOf('usage', { ...kept, u: one.id })} data-use={one.id}>
          {time(one.time, 'short')}
        </a>,
        visible(officeName(one.recipient)),
        `${one.purpose} ${purposeName(one.purpose)}`,
        visible(one.case ?? ''),
        fieldsOf(one).join(' · '),
        outcomeName(one.outcome, one.kind),
      ])}
    />
  );
}

function saveAll(uses: readonly Use[]): void {
  const { usage } = t();
  const { outcome } = t().log.columns;
  const heads = [
    'id',
    usage.when,
    t().consents.recipient,
    t().log.columns.purpose,
    t().inbox.case,
    usage.fields,
    outcome,
  ];
  const rows = uses.map((one) => [
    ...[one.id, one.time, one.recipient ?? '', one.purpose ?? '', one.case ?? ''],
    fieldsOf(one).join('; '),
    outcomeName(one.outcome, one.kind),
  ]);
  save('usage.csv', csvOf([heads, ...rows]));
}
