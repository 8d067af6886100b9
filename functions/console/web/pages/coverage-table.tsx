import type { ReviewDay } from '../../../../shared/contract/reviews.ts';
import { kindName, outcomeName } from '../entries.ts';
import { hashOf } from '../route.ts';
import { instantOf, number, percent, t } from '../text.ts';

/** Every number leads to the entries that it counts. */
export function CoverageTable({ days }: { days: readonly ReviewDay[] }) {
  const { review, log } = t();
  return (
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
                <a href={hashOf('log', { ...windowOf(one.day), kind: one.kind })}>{number(one.entries)}</a>
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
  );
}

/** The instants at which a day of the policy's zone begins and ends. */
export function windowOf(day: string): { from: string; to: string } {
  const from = instantOf(`${day}T00:00`);
  return { from, to: new Date(Date.parse(from) + 86_400_000).toISOString() };
}
