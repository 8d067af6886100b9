import { hash } from 'node:crypto';
import type { ListState } from '../../../shared/contract/lists.ts';
import { type ListPart, type ListRequest, PART_ROWS } from '../../../shared/contract/routes/verify-lists.ts';
import { Problem } from '../../../shared/errors.ts';
import { verifyTexts } from '../../../shared/messages/verify.ts';
import { headOf, resultsOf, rowsOf, startOf, stopOf } from '../../../shared/records/list-files.ts';
import { currentPack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { encryptionKeyOf, keepHybrid } from '../../steps/encrypt-to.ts';
import { currentFreezes } from '../../steps/freezes.ts';
import { appendOne } from '../../steps/log.ts';
import { spentProblem } from '../../steps/misses.ts';
import { refuse } from '../../steps/refusals.ts';
import { weighStated } from '../../steps/stated.ts';
import type { VerifyDeps } from '../deps.ts';
import { checkBase, ruleOf } from '../log.ts';
import { readCall } from '../read-call.ts';
import { screenRequest } from '../screen.ts';
import { fullProblem, turnsLeft } from '../turns.ts';
import { AUTHORITY_MS, type Head, listOf, type OpenList, readHead, viewList } from './list.ts';

/** Milliseconds after a submission in which a repeat starts nothing, so that repeats don't add up to many executions. */
const REPEAT_MS = 60_000;

/** Seals rows of a list that is not submitted yet. May be repeated. @throws Problem CONFLICT after the submission */
export async function putPart(of: OpenList, part: string, { rows }: ListPart): Promise<void> {
  if (await of.files.read(headOf(of.list))) throw new Problem('CONFLICT', { detail: verifyTexts.listBegun });
  const path = rowsOf(of.list) + part;
  await of.files.put(path, of.seal(path, { rows, results: [] }));
}

/**
 * An ordinary request of the agency: screened, counted against its budgets and logged, before any row is looked at. It starts
 * the work, and repeated under a new token it renews the authority of a list that is not done. A repeat within a minute changes
 * nothing, unless the list was stopped.
 * @throws Problem as a verification, NO_ENCRYPTION_KEY, BUDGET_SPENT if there are more rows than the day has left, CONFLICT if parts
 * are missing, or for another list under the same id
 */
export async function submitList(
  deps: VerifyDeps,
  session: Session,
  id: string,
  request: ListRequest,
  wanted: string[],
): Promise<ListState> {
  const [of, pack, freezes] = await Promise.all([
    listOf(deps, session, id),
    currentPack(deps),
    currentFreezes(deps),
  ]);
  const { programme, parts, rows, context = {} } = request;
  // The reference is a placeholder, which is not looked up.
  const call = readCall(deps, pack, session, { programme, context, subject: { ref: 'list' } });
  call.request = hash('sha256', JSON.stringify([call.ask, id, request]), 'base64');
  // The signature of a submission covers no row, so a purpose that demands one gets its rows in requests of their own.
  const { signed: _, ...ask } = call.ask;
  call.ask = await weighStated(deps, { pack, session, ask });
  await screenRequest(call, freezes);
  await keepHybrid(deps, session.agency, encryptionKeyOf(session.agency));
  const head: Head = {
    clientId: session.caller.clientId,
    grant: session.grant,
    person: session.person,
    programme,
    context,
    parts,
    rows,
    wanted,
    until: call.now + AUTHORITY_MS,
  };
  const before = await readHead(of);
  if (before && !isSame(before, head)) throw new Problem('CONFLICT', { detail: verifyTexts.otherList });
  const [waiting, done] = await Promise.all([
    of.files.names(rowsOf(of.list)),
    of.files.names(resultsOf(of.list)),
  ]);
  const known = new Set([...waiting, ...done]);
  if (known.size !== parts || ![...known].every((name) => Number(name) < parts))
    throw new Problem('CONFLICT', { detail: verifyTexts.partsMissing(known.size) });
  const lately = before !== null && call.now < before.until - AUTHORITY_MS + REPEAT_MS;
  if (done.length === parts || (lately && (await isAtWork(of)))) return viewList(of);
  const left = await turnsLeft(call);
  const open = before ? waiting.length * PART_ROWS : rows;
  const fits = Math.min(rows, open) <= left.day;
  if (!fits || left.misses === 0) {
    const problem = fits ? await fullProblem(call) : spentProblem(call);
    return refuse(deps.log, checkBase(call), problem, { rule: ruleOf(call) });
  }
  const { words, ...base } = checkBase(call);
  await appendOne(deps.log, {
    ...base,
    kind: 'request',
    outcome: 'submitted',
    code: 'LIST',
    rule: ruleOf(call),
    words: { ...words, finding: String(rows) },
  });
  // The marker is put last, so that it shows that nothing of this is missing.
  await of.files.remove(startOf(of.list));
  await of.files.put(headOf(of.list), of.seal(headOf(of.list), head));
  await of.files.remove(stopOf(of.list));
  await of.files.put(startOf(of.list), Buffer.of());
  return viewList(of);
}

/** Whether the last submission started the work, and nothing has stopped it. */
async function isAtWork({ files, list }: OpenList): Promise<boolean> {
  const [start, stop] = await Promise.all([files.read(startOf(list)), files.read(stopOf(list))]);
  return start !== null && stop === null;
}

/** Whether it is the same list, under whatever token. */
function isSame(a: Head, b: Head): boolean {
  return a.programme === b.programme && a.parts === b.parts && a.rows === b.rows;
}
