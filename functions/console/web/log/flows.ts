/** The counts of the log by department, recipient and purpose. */

export interface Flow {
  owner: string;
  agency: string;
  purpose: string;
  count: number;
}

type Buckets = readonly { counts: Record<string, number> }[];
type Hours = readonly { from: string; counts: Record<string, number> }[];

/** What was given in each hour to an office, or for a purpose. */
export const hoursIn = (buckets: Hours, { agency, purpose }: Partial<Flow>) =>
  buckets.flatMap(({ from, counts }) => {
    const own = flowsIn([{ counts }]).filter(
      (one) => (!agency || one.agency === agency) && (!purpose || one.purpose === purpose),
    );
    const count = own.reduce((sum, one) => sum + one.count, 0);
    return count === 0 ? [] : [{ at: Date.parse(from), count }];
  });

/** The sums of buckets by their keys. */
export function totalsOf(buckets: Buckets): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { counts } of buckets)
    for (const [key, n] of Object.entries(counts)) totals.set(key, (totals.get(key) ?? 0) + n);
  return totals;
}

/** Sums the buckets of `by=flow`, the largest flow first. */
export function flowsIn(buckets: Buckets): Flow[] {
  return [...totalsOf(buckets)]
    .map(([key, count]) => {
      const [owner = '', agency = '', purpose = ''] = key.split(' ');
      return { owner, agency, purpose, count };
    })
    .sort((a, b) => b.count - a.count);
}

/** The sum of the flows by one of their members, the largest first. */
export function sumBy(flows: readonly Flow[], member: 'owner' | 'agency' | 'purpose'): [string, number][] {
  const sums = new Map<string, number>();
  for (const flow of flows) sums.set(flow[member], (sums.get(flow[member]) ?? 0) + flow.count);
  return [...sums].sort((a, b) => b[1] - a[1]);
}
