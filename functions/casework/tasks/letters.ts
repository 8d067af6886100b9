/**
 * The letters that go with a task: the text of the pack with what is known of the matter, in the language of the reader. The task
 * is closed with the digest of the text that was handed over, so that the log proves what the person has read.
 */

import type { Letter } from '../../../shared/contract/casework.ts';
import type { Outcome } from '../../../shared/entry-kinds.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { asClientId, asSubjectId } from '../../../shared/ids.ts';
import { inLanguage, languageOf, type Text } from '../../../shared/language.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { type LetterMatter, writeLetter } from '../../../shared/policy/present/letter.ts';
import { inboxOfAgency, type Task } from '../../../shared/records/casework/tasks.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import { instantIn } from '../../../shared/times.ts';
import { agencyOf } from '../../session/agency.ts';
import type { Act } from '../act.ts';
import { toldOf } from '../consents/on-record.ts';
import { findStored } from '../incidents/stored.ts';
import { wordsOf } from '../objections/stored.ts';

/**
 * Names of the letters that go with the task; those `when` its details have some word come before those of any. A guarded
 * one is for a department to hand over: a recipient has the same task and must not learn from a letter whether the person is
 * endangered.
 */
export function lettersOf({ letters }: Pack, { kind, inbox, details }: Task): string[] {
  const may = [...letters].filter(([, { task, when = {}, guarded }]) => {
    const fits = Object.entries(when).every(([member, words]) => words.includes(String(details[member])));
    return task === kind && fits && !(guarded && inbox.startsWith(inboxOfAgency('')));
  });
  const meant = may.filter(([, { when }]) => when);
  return (meant.length > 0 ? meant : may).map(([name]) => name);
}

/** @throws Problem INVALID_REQUEST if the task has no such letter; CONFLICT if it must not go out, or the record changes meanwhile */
export async function letterFor(
  act: Act,
  task: Task,
  named: string | undefined,
  lang: string,
): Promise<Letter> {
  const names = lettersOf(act.pack, task);
  if (names.length === 0) throw invalid('', caseworkTexts.noLetter);
  const name = named ?? names[0] ?? '';
  if (!names.includes(name)) throw invalid('/letter', commonTexts.expectedOneOf(names));
  const written = (await writer(act, task))(name, languageOf(act.pack.languages, [lang]) ?? lang);
  if (!written) throw new Problem('CONFLICT', { detail: caseworkTexts.letterNotNow });
  return written;
}

/**
 * @param digest of the letter that was handed over, or signed
 * @returns what the log says of it, and whether it may have reached the person alone; `undefined` if none was
 * @throws Problem INVALID_REQUEST if the outcome is signed, or the task is about a delivery and has a letter that may go out;
 * CONFLICT if none of its letters has this digest now
 */
export async function handedOver(
  act: Act,
  task: Task,
  digest: string | undefined,
  outcome: Outcome,
): Promise<{ said: string; alone: boolean } | undefined> {
  const names = lettersOf(act.pack, task);
  const { delivers, signed } = act.pack.tasks.get(task.kind) ?? {};
  const isSigned = signed?.some((one) => one === outcome) === true;
  if (digest === undefined && !isSigned && !(delivers && names.length > 0)) return undefined;
  const write = await writer(act, task);
  const all = names.flatMap((name) => act.pack.languages.flatMap((lang) => write(name, lang) ?? []));
  if (digest === undefined && all.length === 0 && !isSigned) return undefined;
  if (digest === undefined) throw invalid('/letter', caseworkTexts.letterDigest);
  const found = all.find((letter) => letter.digest === digest);
  if (found)
    return { said: `letter ${found.name} ${found.lang} ${digest}`, alone: write.isAlone(found.name) };
  throw new Problem('CONFLICT', { detail: caseworkTexts.letterChanged });
}

/**
 * Of an endangered person, and of one whose record was erased, the letter is for the person alone. After a death it is for
 * others, and most letters are for no one.
 */
async function readersOf(act: Act, { subject, details }: Task): Promise<{ alone: boolean; gone: boolean }> {
  const outline = subject && (await readOutline(act.deps.tables.keys, asSubjectId(subject)));
  const told = outline
    ? await toldOf(act, outline)
    : { endangered: outline === null && subject !== null, gone: false };
  return { alone: told.endangered || details['toRepresentative'] === false, gone: told.gone };
}

type Facts = LetterMatter['facts'];

/** A file of a record that is to be destroyed, with the instant of its last write. */
interface HeldFile {
  owner: string;
  field: string;
  written: string;
  label: Text;
}

async function writer(act: Act, task: Task) {
  const { pack } = act;
  const guarded = lettersOf(pack, task).filter((name) => pack.letters.get(name)?.guarded);
  const [{ alone, gone }, factsIn] = await Promise.all([
    guarded.length > 0 ? readersOf(act, task) : { alone: false, gone: false },
    factsOf(act, task),
  ]);
  const { fields = [], field } = task.details as { fields?: string[]; field?: string };
  const about = field === undefined ? fields : [field];
  // Of another letter, text and deliveries alike, nothing may tell its reader whether the person is endangered, or has died.
  const isAlone = (name: string) => alone && guarded.includes(name);
  const write = (name: string, lang: string) => {
    const matter = {
      task: task.id,
      fields: about,
      alone: isAlone(name),
      gone: gone && guarded.includes(name),
      facts: factsIn(lang),
    };
    return writeLetter(pack, name, lang, matter);
  };
  return Object.assign(write, { isAlone });
}

/** @returns the facts in a language */
async function factsOf(act: Act, { details, subject }: Task): Promise<(lang: string) => Facts> {
  const { pack, deps } = act;
  const { incident: incidentId, recipient, purpose, right, objection } = details as Record<string, string>;
  const [incident, office, words] = await Promise.all([
    incidentId === undefined ? null : findStored(act, incidentId),
    recipient === undefined ? null : agencyOf(deps, asClientId(recipient)),
    objection === undefined || subject === null ? null : wordsOf(act, asSubjectId(subject), objection),
  ]);
  const { incidents, objections, pages } = pack.casework ?? {};
  const { held = [] } = details as { held?: readonly HeldFile[] };
  const cause = incidents?.causes?.[incident?.cause ?? incidents.unstatedCause ?? ''];
  return (lang) => {
    const say = (text: Text | undefined) => (text ? inLanguage(text, [lang]) : '');
    const [is, and, comma] = lang.startsWith('zh') ? ['：', '；', '，'] : [': ', '; ', ', '];
    const at = (instant: string | undefined) => (instant ? instantIn(pack.calendar, instant) : '');
    const file = ({ owner, field, written, label }: HeldFile) =>
      say(pack.fields.get(field)?.label) +
      is +
      [say(label), say(pack.departments.get(owner)?.label), at(written)].join(comma);
    return {
      purpose: say(pack.purposes.get(purpose ?? '')?.label),
      recipient: say(office?.name),
      right: say(objections?.rights[right ?? '']?.label),
      reasons: words?.answer ?? '',
      from: at(incident?.from),
      until: at(incident?.until),
      cause: say(cause?.label),
      contact: say(pack.notices?.contact),
      rights: say(pack.notices?.rights),
      complaint: say(pages?.complaint),
      files: held.map(file).join(and),
    };
  };
}
