/** The same files by two ways: all of them through our own join, and through the engine with our join over what it leaves. */
import {
  decide,
  order,
  type SiftRow,
  type Span,
  siftParameters,
  siftQuery,
  TOLERANCE,
} from '../../infra/archive/sift.ts';
import { type Claim, type Reconciled, reconcile } from '../../shared/log/read/reconcile.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';
import { mayOpen } from '../../shared/policy/pack/may-open.ts';
import { openDuck } from './duck.ts';
import { PACK, ROLES } from './world.ts';

/** Findings as texts that can be compared, in an order. */
const plain = ({ findings, ...counts }: Reconciled) => ({
  ...counts,
  findings: findings
    .map(({ code, key, at, entry, unwrap }) => [code, key, at, entry, unwrap?.event].join(' '))
    .sort(),
});

export function byOwnJoin(records: readonly object[], claims: readonly Claim[], { from, to }: Span) {
  const within = ({ at }: { at: number }) => at >= from - TOLERANCE && at < to + TOLERANCE;
  const unwraps = records.flatMap((one) => readUnwrap(one) ?? []).filter(within);
  const found = reconcile(
    unwraps.sort((a, b) => a.at - b.at || order(a.event, b.event)),
    claims.filter(within).sort((a, b) => a.at - b.at || order(a.entry, b.entry)),
    { from, to, tolerance: TOLERANCE, roles: ROLES, mayOpen: mayOpen(PACK) },
  );
  return plain(found);
}

/** The same as the watch does it, in spans of ten minutes. */
export function bySpans(records: readonly object[], claims: readonly Claim[], { from, to }: Span) {
  const STEP = 600_000;
  const slot = (at: number) => Math.floor(at / STEP);
  const calls = Map.groupBy(records, (one) => slot(Date.parse((one as { eventTime: string }).eventTime)));
  const said = Map.groupBy(claims, ({ at }) => slot(at));
  const around = <T>(all: ReadonlyMap<number, T[]>, at: number) =>
    [-1, 0, 1].flatMap((off) => all.get(slot(at) + off) ?? []);
  const sum = { matched: 0, aborted: 0, repeated: 0, findings: [] as string[] };
  for (let at = from; at < to; at += STEP) {
    const one = byOwnJoin(around(calls, at), around(said, at), { from: at, to: Math.min(to, at + STEP) });
    for (const name of ['matched', 'aborted', 'repeated'] as const) sum[name] += one[name];
    sum.findings.push(...one.findings);
  }
  return { ...sum, findings: sum.findings.sort() };
}

export async function byEngine(folder: string, span: Span) {
  const duck = await openDuck(folder, ['trail', 'claims']);
  const query = siftQuery(PACK, { trail: 'trail', claims: 'claims' });
  const rows: SiftRow[] = await duck.rows(query, siftParameters(span, ROLES));
  duck.close();
  return { found: plain(decide(rows, span, { roles: ROLES, pack: PACK })), left: rows.length - 1 };
}
