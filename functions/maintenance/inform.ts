/** The tasks of those whom an act on a person concerns once it is done: holders, and recipients of the person's data. */

import type { ActName } from '../../shared/acts.ts';
import { asClientId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import type { SubjectNames } from '../../shared/log/read/subject-names.ts';
import { type Disclosure, recipientsOf } from '../../shared/log/read/walk.ts';
import { type TaskKind, taskAtEnd } from '../../shared/policy/pack/pack.ts';
import {
  type Completion,
  closeOpen,
  inboxOfAgency,
  inboxOfDepartment,
  readTask,
  type Task,
  taskId,
} from '../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { currentPack } from '../session/policy.ts';
import { timesOf } from '../steps/approval-requests.ts';
import { logStore } from '../steps/log.ts';
import { openAndTell } from '../steps/open-task.ts';
import type { MaintenanceDeps } from './deps.ts';
import { holdersOf } from './find-subject.ts';
import { indexPosition, wholeLog } from './span.ts';

/**
 * One task of the kind that the act's row names for each department that holds something, about the first of these records of
 * which it holds a part. A repeat after a crash opens none twice.
 */
export async function inform(
  deps: MaintenanceDeps,
  act: ActName,
  items: readonly KeyItem[],
  { details = {}, ...task }: { about: string; key?: string; details?: Readonly<Record<string, Json>> },
): Promise<void> {
  const pack = await currentPack(deps);
  const kind = pack.acts.get(act)?.informs;
  if (kind === undefined) return;
  for (const department of new Set(items.flatMap(holdersOf))) {
    const { subject, county } = items.find(({ heads }) => heads.has(department)) as KeyItem;
    await openAndTell(deps, {
      ...task,
      kind,
      subject,
      inbox: inboxOfDepartment(department, county),
      owners: [department],
      details: { ...details, department },
      ...timesOf(pack, kind, deps.now()),
    });
  }
}

/** Closes the tasks of an act that was taken back, whose letters would say what is not so any more. May be repeated. */
export async function callOff(
  deps: MaintenanceDeps,
  act: ActName,
  item: KeyItem,
  about: string,
  done: Completion,
): Promise<void> {
  const kind = (await currentPack(deps)).acts.get(act)?.informs;
  if (kind === undefined) return;
  const { tasks } = deps.tables;
  for (const department of holdersOf(item)) {
    const id = taskId(kind, inboxOfDepartment(department, item.county), about);
    await closeOpen(tasks, await readTask(tasks, id), done);
  }
}

/** The end of what a recipient received, for which it deletes it. */
interface End {
  ends: NonNullable<TaskKind['ends']>;
  /** RFC 3339. */
  at: string;
  /** Distinguishes several ends about one person. */
  key?: string;
  names: SubjectNames;
  /** Whose they are; all by default. */
  of?: (one: Disclosure) => boolean | Promise<boolean>;
}

/**
 * One task for each agency that received data of the person: it deletes what it holds, and proves that. The person's own
 * inquiries are left out. May be repeated.
 */
export async function askRecipients(deps: MaintenanceDeps, { ends, at, key, names, of }: End): Promise<void> {
  const pack = await currentPack(deps);
  const kind = taskAtEnd(pack, ends);
  if (kind === undefined) return;
  const subject = names.id;
  const span = wholeLog(deps.now(), await indexPosition(deps));
  const found = await recipientsOf(logStore(deps), names, span);
  const others = found.filter(({ purpose }) => pack.purposes.get(purpose)?.route !== 'inquiries');
  const meant = await Promise.all(others.map((one) => of?.(one) ?? true));
  for (const [agency, own] of Map.groupBy(
    others.filter((_, i) => meant[i]),
    (one) => one.agency,
  )) {
    await openAndTell(deps, {
      kind,
      inbox: inboxOfAgency(asClientId(agency)),
      ...deletionOf(own),
      subject,
      key: JSON.stringify([subject, agency, ...(key === undefined ? [] : [key])]),
      ...timesOf(pack, kind, Date.parse(at)),
    });
  }
}

/** What a task says that asks one recipient to delete. It is the same whatever has ended, so that it does not tell. */
export function deletionOf(received: readonly Disclosure[]): Pick<Task, 'about' | 'owners' | 'details'> {
  const entries = received.flatMap((one) => one.entries);
  return {
    about: entries[0] ?? '',
    owners: [...new Set(received.flatMap(({ fields }) => Object.keys(fields)))].sort(),
    details: {
      agency: received[0]?.agency ?? '',
      purposes: [...new Set(received.map(({ purpose }) => purpose))].sort(),
      entries: entries.slice(0, ENTRIES_NAMED),
    },
  };
}

/** Entries that a task names; the recipient has the others in its own records. */
const ENTRIES_NAMED = 50;
