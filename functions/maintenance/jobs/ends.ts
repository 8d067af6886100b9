/**
 * What is over for a person, and is not over any more: everything once the record says that the person is gone
 * (`recordAfterEnd` of the pack), and help once two people have ended it. Releases stop and go on by themselves. The pass ends
 * consents, closes cases and asks recipients to delete; if the end was an error or is taken back, it opens the cases again and
 * has people asked again. It does the same for either end, so that its time and its tasks tell no recipient which one it is.
 */

import { Problem } from '../../../shared/errors.ts';
import type { EntryId } from '../../../shared/ids.ts';
import { namesOf } from '../../../shared/log/read/subject-names.ts';
import { eventsOfGone, factsOfGone, viewsOfEnd } from '../../../shared/policy/decide/retention.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Json } from '../../../shared/policy/types.ts';
import { factsOf } from '../../../shared/policy/value/conditions.ts';
import {
  type CaseworkItem,
  dropCasework,
  type Ended,
  HELP_ENDED,
  HELP_RESUMED,
  PERSON_GONE,
  putCasework,
} from '../../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { appendOne } from '../../steps/log.ts';
import { personOf } from '../acting.ts';
import { closeCases, openCasesAgain } from '../cases.ts';
import { entryAbout } from '../find-subject.ts';
import { askRecipients } from '../inform.ts';
import type { JobRun } from '../job-run.ts';

/** A mark in the person's casework. */
interface Mark {
  kind: string;
  id: string;
  document: Ended;
}

export interface Ends {
  /** Whether what serves this purpose is over. */
  isOver(purpose: string): boolean;
  /** Why an end is none any more after which a consent had ended at this instant; `undefined` if no such end was undone. */
  undoneSince(at: string): 'corrected' | 'resumed' | undefined;
  inForce: readonly Mark[];
  undone: readonly Mark[];
}

/**
 * The person is gone once all owners say so, and back once none does.
 * @param values the facts as opened
 * @param entry the attempt by which the pass opened them
 * @throws Problem CONFLICT if another pass was first
 */
export async function findEnds(
  { deps }: JobRun,
  pack: Pack,
  { subject }: KeyItem,
  casework: readonly CaseworkItem[],
  values: ReadonlyMap<string, readonly Json[]>,
  entry: EntryId | undefined,
): Promise<Ends> {
  const marks = casework.filter(({ kind }) => MARKS.includes(kind)) as Mark[];
  const views = eventsOfGone(pack).map((event) => viewsOfEnd(pack, event, values));
  const isGone = views.some((some) => some.length > 0 && some.every(Boolean));
  if (isGone && entry && !marks.some(({ kind }) => kind === PERSON_GONE)) {
    const document: Ended = { at: new Date(deps.now()).toISOString(), entry };
    const mark = { kind: PERSON_GONE, id: 'last', document };
    if (!(await putCasework(deps.tables.casework, subject, mark, null))) throw new Problem('CONFLICT');
    marks.push(mark);
  }
  const isBack = !views.flat().some(Boolean);
  const isUndone = ({ kind }: Mark) => kind === HELP_RESUMED || (kind === PERSON_GONE && isBack);
  const undone = marks.filter(isUndone);
  const inForce = marks.filter((mark) => !isUndone(mark));
  return {
    inForce,
    undone,
    isOver: (purpose) => inForce.some(({ kind }) => kind === PERSON_GONE || isHelp(pack, purpose)),
    undoneSince(at) {
      const mark = undone.find(({ document }) => document.at <= at);
      return mark && (mark.kind === PERSON_GONE ? 'corrected' : 'resumed');
    },
  };
}

const MARKS: readonly string[] = [HELP_ENDED, HELP_RESUMED, PERSON_GONE];

const isHelp = ({ retention }: Pack, purpose: string) => retention?.help?.purposes.includes(purpose) === true;

/** May be repeated. Consents and those who are asked again come before: a mark goes last. */
export async function followEnds(
  { deps, actor }: JobRun,
  pack: Pack,
  item: KeyItem,
  { inForce, undone }: Ends,
): Promise<void> {
  const { casework } = deps.tables;
  for (const mark of undone) {
    const log = () => {
      const base = entryAbout(actor, item, 'process');
      const { entry: about } = mark.document;
      return appendOne(deps.log, { ...base, kind: 'maintenance', outcome: 'restored', about });
    };
    await openCasesAgain(deps, pack, item, mark.document.entry, log);
    await dropCasework(casework, item.subject, mark);
  }
  for (const mark of inForce) {
    const { entry, done } = mark.document;
    const at = new Date(deps.now()).toISOString();
    const by = { at, agency: actor.handler.agency, person: personOf(actor), entry };
    await closeCases(deps, item, by, ({ purpose }) => isHelp(pack, purpose));
    if (done) continue;
    const ends = mark.kind === PERSON_GONE ? endsWithPerson : isHelp;
    const of = ({ purpose }: { purpose: string }) => ends(pack, purpose);
    await askRecipients(deps, { ends: 'duty', at, key: entry, names: namesOf(item), of });
    await putCasework(
      casework,
      item.subject,
      { ...mark, document: { ...mark.document, done: true } },
      mark.document,
    );
  }
}

/** Whether who received something under the purpose deletes it: by a consent, or for help. */
function endsWithPerson(pack: Pack, code: string): boolean {
  const purpose = pack.purposes.get(code);
  const asks = purpose?.kinds.some(({ kind }) => pack.consent.kinds[kind]?.needsConsent);
  if (!purpose || !(asks || isHelp(pack, code))) return false;
  // A purpose that reads it itself is asked by the pass, since its duty has ended.
  const read = factsOf(purpose.requires);
  return !(purpose.kept?.includes('duty') && factsOfGone(pack).some((field) => read.includes(field)));
}
