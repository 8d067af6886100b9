/** How many people there are, by what the policy counts them by: as a plot and as a table. */
import { useSignal } from '@preact/signals';
import type { Catalogue, Whoami } from '../../../../shared/contract/office.ts';
import type { Counts as Answer } from '../../../../shared/contract/release.ts';
import { read } from '../gateway/api.ts';
import { count } from '../gateway/asking.ts';
import { me, policy } from '../gateway/reference.ts';
import { label, number, t, time, visible } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
import { Shown, useNamed } from '../ui/state.tsx';
import { Table } from '../ui/table.tsx';
import { purposeField } from '../ui/whom.ts';

/** The gateway's name for the complete county. */
const WHOLE = '-';

export default function Counts() {
  const loaded = useNamed(async (signal) => (await read('GET /v1/catalogue', {}, signal)).fields, []);
  return <Shown of={loaded}>{(labels) => <Counting labels={labels} />}</Shown>;
}

function Counting({ labels }: { labels: Labels }) {
  const { counts } = t();
  const answer = useSignal<Answer | null>(null);
  const { dimensions = {}, smallest = 0, round = 1 } = policy.value?.cohorts ?? {};
  const purposes = openPurposes(me.value);
  return (
    <div class="both">
      <p class="faint">{counts.hint}</p>
      <Act
        fields={[
          purposeField(purposes, purposes[0]),
          {
            ...{ name: 'by', label: counts.by, value: WHOLE },
            options: [
              [WHOLE, counts.whole],
              ...Object.entries(dimensions).map(([name]) => [name, pathName(name)] as const),
            ],
          },
          reasonField(),
        ]}
        button={t().log.count}
        keeps
        run={async ({ purpose = '', by, reason }) => {
          answer.value = null;
          answer.value = await count({ purpose, ...(reason && { reason }) }, by === WHOLE ? undefined : by);
          return t().act.done(answer.value.receipt.entry);
        }}
      />
      {answer.value && (
        <>
          <p>{counts.smallest(smallest, round)}</p>
          {answer.value.areas.map((area) => (
            <Area key={area.area} of={area} by={answer.value?.by ?? []} labels={labels} />
          ))}
        </>
      )}
    </div>
  );
}

function openPurposes(who: Whoami | null): string[] {
  return (who?.byPeople ?? []).filter((code) => policy.value?.purposes[code]?.route === 'statistics');
}

/** A dimension below another one, which it divides. */
function pathName(name: string): string {
  const { dimensions = {} } = policy.value?.cohorts ?? {};
  const under = dimensions[name]?.under;
  return `${under ? `${pathName(under)} › ` : ''}${label(dimensions[name], name)}`;
}

const inOrder = new Intl.Collator('en', { numeric: true });

/** The words of a field's closed values. */
type Labels = Catalogue['fields'];

function valueName(labels: Labels, dimension: string, value: string): string {
  const field = policy.value?.cohorts?.dimensions[dimension]?.field ?? '';
  return visible(label({ label: labels[field]?.values?.[value] }, value));
}

interface AreaProps {
  of: Answer['areas'][number];
  by: readonly string[];
  labels: Labels;
}

function Area({ of: { area, countedAt, cells }, by, labels }: AreaProps) {
  const { counts } = t();
  const nameOf = (values: Record<string, string>) =>
    by.map((name) => valueName(labels, name, values[name] ?? '')).join(' › ') || counts.whole;
  const rows = cells
    .map(({ values, count: people }) => ({ name: nameOf(values), values, people }))
    .sort((a, b) => inOrder.compare(a.name, b.name));
  const top = Math.max(1, ...rows.map(({ people }) => people));
  return (
    <section>
      <h2>
        {counts.area} {area}
      </h2>
      <p class="faint">
        {counts.counted} {time(countedAt, 'short')}
      </p>
      {rows.length === 0 ? (
        <p class="empty">{counts.none}</p>
      ) : (
        <Table
          title={counts.title}
          heads={[
            ...by.map((name) => label(policy.value?.cohorts?.dimensions[name], name)),
            t().cases.people,
          ]}
          numeric={[by.length]}
          rows={rows.map(({ values, people }) => [
            ...by.map((name) => valueName(labels, name, values[name] ?? '')),
            <span key="people">
              {number(people)} <meter min={0} max={top} value={people} aria-hidden="true" />
            </span>,
          ])}
        />
      )}
    </section>
  );
}
