/** `fieldgate owner reconcile`: the record of KMS in a department's own account, compared with the log on its own machine. */
import { defined } from '../../../shared/defined.ts';
import { asClientId, asEntryId, asKeyId, asSubjectId, DECOY_LOG } from '../../../shared/ids.ts';
import { type Claim, reconcile, type Unwrap } from '../../../shared/log/read/reconcile.ts';
import { readMove, readUnwrap } from '../../../shared/log/read/trail-records.ts';
import { mayOpen } from '../../../shared/policy/pack/may-open.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { open, print } from '../common.ts';
import { compareTrail, exitOf, inWords, periodOf, spanOf, type TrailOptions } from '../log/reconcile.ts';
import { MINUTE, type Request } from '../log/trail.ts';
import { texts } from '../messages/language.ts';
import { EXIT } from '../terminal/failures.ts';

const { owner: t } = await texts('policy');

/** The gateway's roles in the trail of the department, by their unique ids (`AROA…`). */
type Roles = ReadonlySet<string>;

type Gate = Awaited<ReturnType<typeof open>>['gate'];

export async function reconcileOwner(pack: Pack, options: TrailOptions): Promise<number> {
  const { gate } = await open(options);
  const pinned = options.role && new Set(options.role);
  const seen = new Set<string>();
  let gone = 0;
  const compareSpan = async (request: Request) => {
    const unwraps = request.records.map(readUnwrap).filter((one): one is Unwrap => one !== null);
    for (const one of unwraps) seen.add(roleOf(one));
    const { gone: some, ...compared } = await compareOwn(gate, pack, {
      ...request,
      unwraps,
      roles: pinned ?? seen,
    });
    gone += some;
    return compared;
  };
  const total = await compareTrail(options, compareSpan, movedAway);
  const roles = [...seen].sort();
  const { matched, aborted, repeated, findings, failed } = total;
  const nothing = matched + aborted + repeated + findings.length + failed.length === 0;
  const period = periodOf(total);
  const words = () =>
    [
      nothing ? t.noUnwraps(period) : inWords(total, period),
      gone > 0 && t.gone(gone),
      !pinned && t.notPinned(roles),
    ]
      .filter(Boolean)
      .join('');
  print(options, { ...total, gone, roles }, words);
  return nothing ? EXIT.refused : exitOf(total);
}

/** A data key under the key of another account is out of the department's hold, and no entry explains that. */
export function movedAway(record: unknown) {
  const move = readMove(record);
  if (!move || move.to === move.account) return null;
  const { key, event, principal, at } = move;
  return { code: 'KEY_MOVED_AWAY', key, at: new Date(at).toISOString(), event, principal };
}

const roleOf = ({ principal }: Unwrap) => principal.split('/', 1)[0] ?? '';

export async function compareOwn(
  gate: Gate,
  pack: Pack,
  { at: from, end: to, unwraps, roles }: Request & { unwraps: Unwrap[]; roles: Roles },
) {
  const asked = unwraps.map(({ key, subject, principal, at }) => ({
    ...{ key, subject, principal, time: new Date(at).toISOString() },
  }));
  const body = { ...spanOf(from - MINUTE, to + MINUTE), unwraps: asked };
  const { entries, gone, decoy } = await gate.call('POST /v1/usage/keys', { body });
  const claims = entries.map(
    ({ entry, kind, time, keys, agency, subject, completes, ...rest }): Claim => ({
      ...{ entry: asEntryId(entry), kind, at: Date.parse(time), keys: keys.map(asKeyId), ...rest },
      ...(agency !== undefined && { agency: asClientId(agency) }),
      ...(subject !== undefined && { subject: asSubjectId(subject) }),
      ...(completes !== undefined && { completes: asEntryId(completes) }),
    }),
  );
  const logIds = new Map(decoy === undefined ? [] : [[asSubjectId(decoy), DECOY_LOG]]);
  const left = new Set(gone);
  const compared = unwraps.filter(({ subject }) => !left.has(subject));
  const result = reconcile(compared, claims, {
    ...{ from, to, tolerance: MINUTE, roles, logIds, mayOpen: mayOpen(pack) },
  });
  const findings = result.findings.map(({ code, key, at, entry, unwrap }) => ({
    ...{ code, key, at: new Date(at).toISOString() },
    ...defined({ entry, event: unwrap?.event, principal: unwrap?.principal }),
  }));
  // Unwraps outside of the span are there for its edges alone.
  const within = unwraps.filter(({ at, subject }) => at >= from && at < to && left.has(subject));
  return { ...result, findings, gone: within.length };
}
