/** The span of time that a page shows: chips, and the bounds for its calls. */
import { hashOf } from '../frame/route.ts';
import { t } from '../text.ts';
import { HOUR } from '../units.ts';
import { Chips } from './choose.tsx';

export const SPANS = { '24h': 24, '7d': 168, '31d': 744 } as const;
export type SpanName = keyof typeof SPANS;

export function spanIn(query: URLSearchParams, standard: SpanName): SpanName {
  const asked = query.get('span') ?? '';
  return Object.hasOwn(SPANS, asked) ? (asked as SpanName) : standard;
}

/** Whole hours up to the end of the present one. */
export function boundsOf(span: SpanName): { from: string; to: string } {
  const end = Math.ceil(Date.now() / HOUR) * HOUR;
  const [from, to] = [end - SPANS[span] * HOUR, end].map((at) => new Date(at).toISOString()) as [
    string,
    string,
  ];
  return { from, to };
}

export function Spans({
  page,
  span,
  query = {},
}: {
  page: string;
  span: SpanName;
  query?: Record<string, string>;
}) {
  return (
    <Chips
      of={(Object.keys(SPANS) as SpanName[]).map((name) => [
        hashOf(page, { ...query, span: name }),
        t().today.spans[name],
        name === span,
      ])}
    />
  );
}
