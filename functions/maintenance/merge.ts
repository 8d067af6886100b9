/**
 * Joins a double to another subject, the survivor: the double's heads are locked (an intake meanwhile gets CONFLICT) → the
 * survivor's item lists what will lead to it and keeps the double's → fields that only the double holds, or holds newer, are
 * sealed again under the survivor, and what an owner removed from either stays removed → its consents count for the survivor →
 * an alias replaces the double's key item (the commit point). Until the commit point readers see both subjects complete. Every
 * step may be repeated; repeating the request, or a sweep, completes a merge after a crash. While it can be undone, the
 * double's match keys lead to the alias, and its sheets and casework stay.
 */

import type { Outcome } from '../../shared/entry-kinds.ts';
import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { namesOf } from '../../shared/log/read/subject-names.ts';
import { walkSubject } from '../../shared/log/read/walk.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import { fieldsOfResponsible } from '../../shared/policy/decide/speaks.ts';
import { CONFLICT_ENDED, putCasework, queryCasework } from '../../shared/records/casework/casework.ts';
import { copyCasework, dropOutcomes } from '../../shared/records/casework/moves.ts';
import { revokeProofs } from '../../shared/records/casework/statuses.ts';
import { forgetAct } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { joinInto, markMerging, putAlias } from '../../shared/records/subject/key-states.ts';
import { contend, contended, LOST } from '../../shared/store/contend.ts';
import { pack } from '../session/policy.ts';
import { decoyHolding, type Loaded, loadHolding } from '../steps/holding.ts';
import { logStore } from '../steps/log.ts';
import { type Actor, actName } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { endUndo } from './end-undo.ts';
import { entryAbout, liveItem } from './find-subject.ts';
import { instantIn, type MovedFields, openLogged, writeMoved } from './reseal.ts';
import { indexPosition, wholeLog } from './span.ts';

const ATTEMPTS = 16;
const DAY_SECONDS = 86_400;
/** Days for which a merge can be undone, if the policy sets none. */
const UNDO_DAYS = 30;

/** Of a merge, or of its undo. */
export interface MergeCall {
  deps: MaintenanceDeps;
  actor: Actor;
  /** Entries of the requests. */
  approvals: readonly string[];
}

/**
 * @returns the receipt of the entry about the alias
 * @throws Problem CONFLICT if the survivor was erased or is being merged itself: then the double is unlocked again
 */
export async function mergeSubjects(
  call: MergeCall,
  alias: SubjectId,
  survivor: SubjectId,
): Promise<Receipt> {
  const { deps } = call;
  const { tables } = deps;
  return contend(
    ATTEMPTS,
    async () => {
      const double = await liveItem(deps, alias);
      if (!double) throw new Problem('CONFLICT', { detail: maintenanceTexts.erasedMeanwhile });
      if (double.merging !== survivor) {
        if (double.merging !== null)
          throw new Problem('CONFLICT', { detail: maintenanceTexts.mergeUnfinished });
        // Before what could be undone of the double ends for a merge that is refused.
        if (!isFree(await liveItem(deps, survivor))) throw survivorGone();
        if (!(await endEarlier(deps, double))) await markMerging(tables.keys, double, survivor);
        return LOST;
      }
      const into = await liveItem(deps, survivor);
      if (!isFree(into)) {
        await markMerging(tables.keys, double, null);
        throw survivorGone();
      }
      if (into.undo?.alias !== alias && (await endEarlier(deps, into))) return LOST;
      const days = pack.acts.get('subject.part')?.within ?? UNDO_DAYS;
      const until = Math.floor(deps.now() / 1000) + days * DAY_SECONDS;
      if (!(await joinInto(tables.keys, into, double, until))) return LOST;
      if (!(await moveSheets(call, double.subject, into.subject))) return LOST;
      await copyCasework(tables.casework, alias, survivor);
      const [receipt] = (await deps.log.append(
        linkedEntries(call, [double, 'joined'], [into, 'survived']),
      )) as [Receipt];
      // What two people said of an earlier merge must not serve to undo this one.
      await forgetAct(tables.jobs, actName('part', alias), deps.now());
      if (!(await putAlias(tables.keys, double, survivor))) return LOST;
      await cleanAlias(deps, alias, survivor);
      return receipt;
    },
    contended(maintenanceTexts.subjectsContended),
  );
}

const isFree = (item: KeyItem | null): item is KeyItem => item?.merging === null;
const survivorGone = () => new Problem('CONFLICT', { detail: maintenanceTexts.survivorGone });

/** An earlier merge into the record can't be undone any more. @returns whether there was one */
async function endEarlier(deps: MaintenanceDeps, { undo, subject }: KeyItem): Promise<boolean> {
  const { item, sheets } = undo ? await loadHolding(deps, subject) : { item: null, sheets: new Map() };
  if (item) await endUndo(deps, { item, sheets });
  return item !== null;
}

/**
 * Copies what was filed under the alias meanwhile to the survivor. Attestations about the alias are revoked: the survivor's
 * are about the same person under another pseudonym. The rest stays until the merge can't be undone any more.
 * @param except kinds that a repeat must not copy, because the survivor's may have been removed since
 */
export async function cleanAlias(
  { tables, now }: MaintenanceDeps,
  alias: SubjectId,
  survivor: SubjectId,
  except: ReadonlySet<string> = new Set(),
): Promise<void> {
  await copyCasework(tables.casework, alias, survivor, except);
  await revokeProofs(tables.status, await queryCasework(tables.casework, alias), now());
  await dropOutcomes(tables.casework, alias);
}

/** @returns whether the survivor holds everything now; `false` if another writer was first */
async function moveSheets(call: MergeCall, alias: SubjectId, survivor: SubjectId): Promise<boolean> {
  const { deps, actor } = call;
  const [from, into] = await Promise.all([loadHolding(deps, alias), loadHolding(deps, survivor)]);
  if (from.item?.subject !== alias || into.item?.subject !== survivor) return false;
  const [gone, lost] = await Promise.all([removalsOf(deps, from.item), removalsOf(deps, into.item)]);
  await keepEnded(deps, from.item, gone);
  const wanted = newer({ ...from, item: from.item }, { ...into, item: into.item }, lost);
  const holding = { item: from.item, sheets: from.sheets };
  const decoy = await decoyHolding(deps, pack);
  const { values, attempted } = await openLogged(deps, actor, holding, wanted, 'MERGE', decoy);
  for (const [owner, fields] of removedFrom({ ...into, item: into.item }, gone))
    values.set(owner, new Map([...fields, ...(values.get(owner) ?? [])]));
  for (const [owner, moved] of values) {
    const entry = { kind: 'merge', outcome: 'moved', attempt: attempted } as const;
    const before = into.sheets.get(owner) ?? null;
    const reached = from.sheets.get(owner)?.head.version;
    const more = { named: alias, from: holding };
    if (!(await writeMoved(deps, actor, into.item, before, moved, entry, owner, reached, more))) return false;
  }
  return true;
}

type LiveHolding = Loaded & { item: KeyItem };

/** Fields that `from` holds and `into` does not hold, or holds older. @param lost what owners removed from `into` */
function newer(from: LiveHolding, into: LiveHolding, lost: Removals): { field: string; owner: string }[] {
  return [...from.sheets].flatMap(([owner, sheet]) =>
    [...sheet.fields.keys()]
      .filter((field) => {
        const at = instantIn(from.item, sheet, field);
        const other = instantIn(into.item, into.sheets.get(owner), field);
        return at > other && at > (lost.get(fieldOf(owner, field)) ?? '');
      })
      .map((field) => ({ field, owner })),
  );
}

/**
 * Fields that `into` holds from before their owner removed them from the other record. A number stays, and the place: by these a
 * record is found, and its owner changes them.
 */
function removedFrom({ item, sheets }: LiveHolding, gone: Removals): Map<string, MovedFields> {
  const removed = new Map<string, MovedFields>();
  for (const [owner, sheet] of sheets) {
    const fields = [...sheet.fields.keys()].filter((field) => {
      const finds = pack.fields.get(field)?.matchable || field === pack.areaField;
      return !finds && (gone.get(fieldOf(owner, field)) ?? '') > instantIn(item, sheet, field);
    });
    if (fields.length > 0)
      removed.set(owner, new Map(fields.map((field) => [field, { value: null, at: '' }])));
  }
  return removed;
}

/** Two leaves of one log item, one for each subject, so that the item links both histories. */
export function linkedEntries(
  { actor, approvals }: MergeCall,
  ...subjects: readonly [item: KeyItem, outcome: Outcome][]
): NewEntry[] {
  return subjects.map(([item, outcome]) => ({
    ...entryAbout(actor, item, 'process'),
    kind: 'merge',
    approvals,
    outcome,
  }));
}

/**
 * Instants (RFC 3339) of the last removals according to the log, by owner and field: a sheet that lacks a field does not say
 * whether it ever had it. Those of the last seconds may be missing.
 */
type Removals = ReadonlyMap<string, string>;

const fieldOf = (owner: string, field: string) => `${owner}/${field}`;

async function removalsOf(deps: MaintenanceDeps, item: KeyItem): Promise<Removals> {
  const span = wholeLog(deps.now(), await indexPosition(deps));
  const removed = new Map<string, string>();
  for await (const { entry } of walkSubject(logStore(deps), namesOf(item), span)) {
    if (entry?.kind !== 'intake') continue;
    for (const [owner, fields] of Object.entries(entry.fields ?? {}))
      for (const [field, act] of Object.entries(fields)) {
        const key = fieldOf(owner, field);
        if (act === 'deleted' && (removed.get(key) ?? '') < entry.time) removed.set(key, entry.time);
      }
  }
  return removed;
}

/**
 * A removal of who decides for a person ended what they had said. So that it stays ended in the record that both become, the
 * person's casework says until when, as after a conflict.
 */
async function keepEnded(
  { tables }: MaintenanceDeps,
  { subject }: Pick<KeyItem, 'subject'>,
  removed: Removals,
): Promise<void> {
  const fields = fieldsOfResponsible(pack.consent.evidence);
  const times = [...removed].filter(([key]) => fields.some((field) => key.endsWith(`/${field}`)));
  const casework = await queryCasework(tables.casework, subject);
  const known = casework.find(({ kind }) => kind === CONFLICT_ENDED)?.document as { at: string } | undefined;
  const at = times
    .map(([, time]) => time)
    .sort()
    .at(-1);
  if (at === undefined || (known && known.at >= at)) return;
  await putCasework(tables.casework, subject, { kind: CONFLICT_ENDED, id: 'last', document: { at } });
}
