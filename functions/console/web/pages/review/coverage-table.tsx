import type { ReviewDay } from '../../../../../shared/contract/reviews.ts';
import { hashOf } from '../../frame/route.ts';
import { kindName, outcomeName } from '../../log/entries.ts';
import { endOfDay, instantOf, number, percent, t } from '../../text.ts';
import { Table } from '../../ui/table.tsx';

/** Every number leads to the entries that it counts. */
export function CoverageTable({ days }: { days: readonly ReviewDay[] }) {
  const { review, log } = t();
  return (
    <Table
      title={review.coverage}
      heads={[
        review.day,
        log.columns.kind,
        t().flows.entries,
        review.reviewed,
        review.verdicts,
        review.agree,
      ]}
      numeric={[2, 3, 4, 5]}
      rows={days.map((one) => [
        one.day,
        kindName(one.kind),
        <a key="entries" href={hashOf('log', { ...windowOf(one.day), kind: one.kind })}>
          {number(one.entries)}
        </a>,
        percent(one.reviewed / one.entries),
        Object.entries(one.verdicts)
          .map(([verdict, n]) => `${number(n)} ${outcomeName(verdict)}`)
          .join(', '),
        one.twice === 0 ? '' : percent(one.agree / one.twice),
      ])}
    />
  );
}

/** The instants at which a day of the policy's zone begins and ends. */
export function windowOf(day: string): { from: string; to: string } {
  return { from: instantOf(`${day}T00:00`), to: endOfDay(day) };
}
