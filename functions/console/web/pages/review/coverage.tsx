/** The progress of the review by day: as bars that lead to the entries, and as a table by kind. */
import type { ReviewDay } from '../../../../../shared/contract/reviews.ts';
import { hashOf } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { number, t } from '../../text.ts';
import { type Bar, Bars } from '../../ui/chart.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';
import { CoverageTable, windowOf } from './coverage-table.tsx';
import { Report } from './report.tsx';

export function Figures() {
  const { review } = t();
  const loaded = useLoad((signal) => read('GET /v1/log/reviews/coverage', {}, signal), []);
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
          <CoverageTable days={days} />
          <Report />
        </section>
      )}
    </Shown>
  );
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
              href: hashOf('review', windowOf(day)),
            },
          ]
        : []),
    ],
  }));
}
