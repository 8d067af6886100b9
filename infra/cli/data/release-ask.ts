/** What a release asks for, as its options say. */
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ReleaseRequest } from '../../../shared/client/release.ts';
import { releaseRoutes } from '../../../shared/contract/routes/release.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Command } from '../command.ts';
import { helpOf } from '../derive/derive.ts';
import { membersFrom, withMembers } from '../derive/options.ts';
import { texts } from '../messages/language.ts';
import { matchOf } from '../person.ts';
import { UsageError } from '../terminal/failures.ts';

const { fields: t, release: r } = await texts('data');

const { line, body } = releaseRoutes.releaseFields;
const flags = {
  ...{ subjects: null, from: null, collection: '--collection <name>', compare: '--compare <field=value>' },
  ...{ request: '--request <id>', imminentDangerAttested: ['--imminent-danger', true] as const },
};
const READING = { flags, defaults: [] };

/** The members of the request, but for the people. */
export function withAsk(command: Command): void {
  command.requiredOption('--purpose <code>', r.purpose).option('--compare <field=value>', r.compare, matchOf);
  withMembers(command, body, { ...READING, help: helpOf(line, 'body'), late: false });
}

export interface AskOptions {
  purpose: string;
  field?: string[];
  sealed?: boolean;
  signed?: boolean;
}

/** As the client takes it. */
export function askOf(options: AskOptions): Omit<ReleaseRequest, 'subjects' | 'signal'> {
  const { purpose, sealed = false, signed = false } = options;
  const { context = {}, ...ask } = membersFrom(options, body, READING);
  const { case: number, officer, reason, ...more } = context as Record<string, Json>;
  const why = defined({ case: number, officer, reason }) as Pick<ReleaseRequest, 'case'>;
  return { purpose, ...why, ...ask, ...(Object.keys(more).length > 0 && { context: more }), sealed, signed };
}

/** @throws UsageError with the nearest name, before anything is asked, unless the policy knows every name */
export async function requireFields(gate: Fieldgate, names: readonly string[] = []): Promise<void> {
  if (names.length === 0) return;
  const known = Object.keys((await gate.schema()).fields);
  for (const name of names)
    if (!known.includes(name)) throw new UsageError(t.noSuch(name, nearestOf(name, known)));
}
