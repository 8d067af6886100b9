/** The progress of the review by day: as bars that lead to the entries, and as a table by kind. */
import type { ReviewDay } from '../../../../shared/contract/reviews.ts';
import { read } from '../api.ts';
import { kindName, outcomeName } from '../entries.ts';
import { hashOf } from '../route.ts';
import { instantOf, number, percent, t } from '../text.ts';
import { type Bar, Bars } from '../ui/chart.tsx';
import { Shown, useLoad } from '../ui/state.tsx';

interface Coverage {
  days: ReviewDay[];
  medianMinutes: number | null;
}

export function Figures() {
  const { review, log } = t();
  const loaded = useLoad<Coverage>((signal) => read('/v1/log/reviews/coverage', { signal }), []);
  return (
    <Shown of={loaded} rows={4} empty={{ when: ({ days }) => days.length === 0, text: review.empty }}>
      {({ days, medianMinutes }) => (
        <section>
          <Bars
            title={review.coverage}
            bars={barsOf(days)}
            keys={[
              { key: 'reviewed', label: review.reviewed },
              { key: 'open', label: review.open },
            ]}
          />
          {medianMinutes !== null && <p>{review.median(number(medianMinutes))}</p>}
          <div class="wide-table" role="region" aria-label={review.coverage} tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{review.day}</th>
                  <th scope="col">{log.columns.kind}</th>
                  {[review.entries, review.reviewed, review.verdicts, review.agree].map((name) => (
                    <th key={name} scope="col" class="number">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {days.map((one) => (
                  <tr key={one.day + one.kind}>
                    <td>{one.day}</td>
                    <td>{kindName(one.kind)}</td>
                    <td class="number">
                      <a href={hashOf('log', { ...windowOf(one.day), kind: one.kind })}>
                        {number(one.entries)}
                      </a>
                    </td>
                    <td class="number">{percent(one.reviewed / one.entries)}</td>
                    <td class="number">
                      {Object.entries(one.verdicts)
                        .map(([verdict, n]) => `${number(n)} ${outcomeName(verdict)}`)
                        .join(', ')}
                    </td>
                    <td class="number">{one.twice === 0 ? '' : percent(one.agree / one.twice)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </Shown>
  );
}

/** The instants at which a day of the policy's zone begins and ends. */
function windowOf(day: string): { from: string; to: string } {
  const from = instantOf(`${day}T00:00`);
  return { from, to: new Date(Date.parse(from) + 86_400_000).toISOString() };
}

function barsOf(days: readonly ReviewDay[]): Bar[] {
  const { review } = t();
  const sums = new Map<string, { reviewed: number; entries: number }>();
  for (const { day, entries, reviewed } of [...days].reverse()) {
    const sum = sums.get(day) ?? { reviewed: 0, entries: 0 };
    sums.set(day, { reviewed: sum.reviewed + reviewed, entries: sum.entries + entries });
  }
  return [...sums].map(([day, { reviewed, entries }]) => ({
    label: day.slice(5),
    parts: [
      ...(reviewed > 0
        ? [
            {
              ...{ key: 'reviewed', label: review.reviewed, count: reviewed },
              href: hashOf('log', { from: windowOf(day).from, kind: 'review' }),
            },
          ]
        : []),
      ...(entries > reviewed
        ? [
            {
              ...{ key: 'open', label: review.open, count: entries - reviewed },
              href: hashOf('review', { day }),
            },
          ]
        : []),
    ],
  }));
}
