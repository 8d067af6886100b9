/** How many people there are, by what the policy counts them by: as a plot and as a table. */
import { useSignal } from '@preact/signals';
import type { Catalogue, Whoami } from '../../../../shared/contract/office.ts';
import type { Counts as Answer } from '../../../../shared/contract/release.ts';
import { read } from '../gateway/api.ts';
import { count } from '../gateway/asking.ts';
import { me, policy, purposeName } from '../gateway/reference.ts';
import { label, number, t, time, visible } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
import { Shown, useNamed } from '../ui/state.tsx';

/** The gateway's name for the complete county. */
const WHOLE = '-';

export function Counts() {
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
          {
            ...{ name: 'purpose', label: t().log.columns.purpose, value: purposes[0] ?? '' },
            options: purposes.map((code) => [code, `${code} ${purposeName(code)}`]),
          },
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

const ROW = 26;
const SIDE = 190;
const WIDTH = 640;
const FITS = 26;

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
        <div class="two">
          <figure>
            <div class="wide-picture" role="region" aria-label={counts.title} tabIndex={0}>
              <svg
                class="timeline"
                viewBox={`0 0 ${WIDTH} ${rows.length * ROW}`}
                role="img"
                aria-label={`${counts.title}, ${counts.area} ${area}`}
              >
                {rows.map(({ name, people }, at) => (
                  <g key={name}>
                    <text x={SIDE - 10} y={at * ROW + 17} class="end">
                      {name.length > FITS ? `${name.slice(0, FITS - 1)}…` : name}
                    </text>
                    <rect
                      class="series"
                      x={SIDE}
                      y={at * ROW + 4}
                      width={Math.max(2, (people / top) * (WIDTH - SIDE - 70))}
                      height={ROW - 8}
                    />
                    <text x={SIDE + (people / top) * (WIDTH - SIDE - 70) + 8} y={at * ROW + 17}>
                      {number(people)}
                    </text>
                  </g>
                ))}
              </svg>
            </div>
          </figure>
          <div class="wide-table" role="region" aria-label={counts.title} tabIndex={0}>
            <table>
              <thead>
                <tr>
                  {by.map((name) => (
                    <th key={name} scope="col">
                      {label(policy.value?.cohorts?.dimensions[name], name)}
                    </th>
                  ))}
                  <th scope="col" class="number">
                    {t().cases.people}
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ name: row, values, people }) => (
                  <tr key={row}>
                    {by.map((name) => (
                      <td key={name}>{valueName(labels, name, values[name] ?? '')}</td>
                    ))}
                    <td class="number">{number(people)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </section>
  );
}
