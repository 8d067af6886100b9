import type { Objection as ObjectionView } from '../../../shared/contract/casework.ts';
import { type ListedState, listDesk } from '../../../shared/records/casework/desk-lists.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import { mayAct } from '../../session/acts.ts';
import type { Act } from '../act.ts';
import { inboxesOf } from '../inboxes.ts';
import { newestOf, type Row } from '../newest.ts';
import { concernOf, readObjection, viewOf } from './stored.ts';

/** Those that the office filed or answers, without their words. @returns one page: see `newestOf` */
export function listObjections(
  act: Act,
  state: ListedState,
  page: { before: string | undefined; limit: number },
): Promise<{ items: ObjectionView[]; next: string | null }> {
  const { deps, pack, session } = act;
  session.act.asked = true;
  return newestOf(
    {
      inboxes: inboxesOf(pack, session.caller),
      read: (inbox, rows) => listDesk(deps.tables.casework, { kind: 'objection', state, inbox }, rows),
      show: (rows) => Promise.all(rows.map((row) => shown(act, state, row))),
    },
    page,
  );
}

async function shown(act: Act, state: ListedState, row: Row): Promise<ObjectionView | null> {
  const objection = await readObjection(act, row.id);
  if (!objection || (objection.state === 'open') !== (state === 'open')) return null;
  // A repeat after a crash is listed by its own instant.
  if (row.key !== `${objection.at}#${row.id}`) return null;
  const outline = await readOutline(act.deps.tables.keys, objection.subject);
  if (!outline || !mayAct(act.session, concernOf(act, objection, outline))) return null;
  return viewOf(act, objection, null);
}
