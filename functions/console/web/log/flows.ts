/** The counts of the log by department, recipient and purpose. */

export interface Flow {
  owner: string;
  agency: string;
  purpose: string;
  count: number;
}

type Buckets = readonly { counts: Record<string, number> }[];

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

export interface Ribbon extends Flow {
  /** Tops at the left and at the right side, and the height. */
  from: number;
  to: number;
  height: number;
}

export interface Side {
  key: string;
  count: number;
  top: number;
  height: number;
}

/** Places both sides of the picture and the ribbons between them, in a box of this height. */
export function layOut(flows: readonly Flow[], height: number, gap: number) {
  const sides = (['owner', 'agency'] as const).map((member) => sumBy(flows, member));
  const [owners = [], agencies = []] = sides;
  const total = flows.reduce((sum, { count }) => sum + count, 0);
  const gaps = gap * Math.max(owners.length, agencies.length);
  const scale = (height - gaps) / Math.max(1, total);
  const place = (sums: readonly [string, number][]): Side[] => {
    let top = 0;
    return sums.map(([key, count]) => {
      const one = { key, count, top, height: count * scale };
      top += one.height + gap;
      return one;
    });
  };
  const left = place(owners);
  const right = place(agencies);
  const free = new Map<string, number>([
    ...left.map(({ key, top }) => [`from ${key}`, top] as const),
    ...right.map(({ key, top }) => [`to ${key}`, top] as const),
  ]);
  const take = (key: string, by: number) => {
    const at = free.get(key) ?? 0;
    free.set(key, at + by);
    return at;
  };
  const order = new Map(right.map(({ key }, at) => [key, at]));
  const ribbons: Ribbon[] = left.flatMap(({ key }) =>
    flows
      .filter(({ owner }) => owner === key)
      .sort((a, b) => (order.get(a.agency) ?? 0) - (order.get(b.agency) ?? 0))
      .map((flow) => {
        const thick = flow.count * scale;
        return {
          ...flow,
          from: take(`from ${key}`, thick),
          to: take(`to ${flow.agency}`, thick),
          height: thick,
        };
      }),
  );
  return { left, right, ribbons };
}
