/** One person on the command line: by a reference, or by a number that the gateway looks up. */

import type { Fieldgate } from '../../shared/client/connect.ts';
import type { DeskWords, Subject } from '../../shared/client/wire/types.ts';
import { defined } from '../../shared/defined.ts';
import type { Command } from './command.ts';
import { matchFrom, whyFrom } from './common.ts';
import { words as w } from './messages/language.ts';
import { UsageError } from './terminal/failures.ts';

export interface PersonOptions {
  ref?: string;
  match?: Record<string, string>;
  localId?: string;
}

/** The options that name one person. */
export function withPerson<C extends Command>(command: C): C {
  return withNumber(command.option('--ref <reference>', w.byReference));
}

/** The options that name a person without a reference. */
export function withNumber<C extends Command>(command: C): C {
  return command.option('--local-id <key>', w.byLocalId).option('--match <field=value>', w.byMatch, matchOf);
}

/** For an option that may be repeated: each names a field and its value. */
export const matchOf = (text: string, before: Record<string, string> = {}) => ({
  ...before,
  ...matchFrom(text),
});

/** @throws UsageError unless the options name one person */
export function personOf({ ref, localId, match: own }: PersonOptions): Subject {
  const match = { ...defined({ local_id: localId }), ...own };
  if ((ref === undefined) === (Object.keys(match).length === 0)) throw new UsageError(w.namePerson);
  return ref === undefined ? { match } : { ref };
}

/**
 * The reference of the person, for routes that take no other name. A look-up is an entry of the log, with officer and
 * reason.
 * @param named the reference as an operand
 * @throws UsageError unless operand and options name one person
 */
export async function refOf(
  gate: Fieldgate,
  options: PersonOptions & DeskWords,
  named?: string,
): Promise<string> {
  const person = personOf({ ...options, ...defined({ ref: named ?? options.ref }) });
  return 'ref' in person && person.ref !== undefined
    ? person.ref
    : (await gate.call('POST /v1/subjects/find', { body: { subject: person, ...whyFrom(options) } })).ref;
}
