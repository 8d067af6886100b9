import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { DeskWords } from '../../../shared/client/wire/types.ts';
import type { Body } from '../../../shared/contract/api.ts';
import type { Freeze } from '../../../shared/contract/casework.ts';
import { freezeRoutes } from '../../../shared/contract/routes/freezes.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { whyFrom, withOfficer } from '../common.ts';
import { derive, show } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { type PersonOptions, personOf, withPerson } from '../person.ts';
import { UsageError } from '../terminal/failures.ts';

const { freeze: t } = await texts('casework');

interface FreezeOptions extends PersonOptions, DeskWords {
  agency?: string;
  frozenOfficer?: string;
  purpose?: string;
  class?: string;
  stopped?: string;
}

/** `fieldgate freeze` and `fieldgate unfreeze` */
export function registerFreeze(program: Command): void {
  const one = freezeRoutes.readFreeze;
  const freeze = program.command('freeze');
  withOfficer(withPerson(freeze))
    .option('--agency <client id>', t.agency)
    .option('--frozen-officer <name>', t.frozenOfficer)
    .option('--purpose <code>', t.purpose)
    .option('--class <name>', t.class)
    .option('--stopped <id>', t.stopped)
    .calls<FreezeOptions>(async ({ gate, options }) => {
      if (options.stopped !== undefined) {
        const found = (await gate.call('GET /v1/freezes/:id', { id: options.stopped })).freeze;
        return show(
          { gate, options },
          one,
          { freeze: found as unknown as Json },
          { after: () => stoppedInWords(found) },
        );
      }
      const answer = await gate.call('POST /v1/freezes', {
        body: { target: targetOf(options), ...whyFrom(options) },
      });
      const { target } = answer.freeze;
      // The answer has no name; the one that was typed is shown, so that a mistake is seen.
      const shown = {
        ...answer.freeze,
        target: { ...target, ...defined({ officer: options.frozenOfficer }) },
      };
      const seen = await hasActed(gate, target.agency, options.frozenOfficer);
      const data = { ...answer, freeze: shown } as unknown as Record<string, Json>;
      await show({ gate, options }, one, data, { after: () => seen });
    });
  const listed = { columns: ['id', 'state', 'target', 'at', 'by'], none: t.none };
  derive(freeze.command('list'), freezeRoutes.listFreezes, listed).takes();
  const lift = freezeRoutes.liftFreeze;
  derive(program.command('unfreeze'), lift);
}

function targetOf(options: FreezeOptions): Body<'POST /v1/freezes'>['target'] {
  const { agency, frozenOfficer, purpose, class: name } = options;
  const person = options.ref ?? options.match ?? options.localId;
  const named = [person, agency, purpose, name].filter((one) => one !== undefined);
  if (named.length !== 1 || (frozenOfficer !== undefined && agency === undefined)) {
    throw new UsageError(t.nameTarget);
  }
  if (agency !== undefined) return { agency, ...defined({ officer: frozenOfficer }) };
  if (purpose !== undefined) return { purpose };
  return name === undefined ? { subject: personOf(options) } : { class: name };
}

/** What is said if the log of the last month does not name the officer, or if the caller may not read it. */
async function hasActed(gate: Fieldgate, agency: string | undefined, officer: string | undefined) {
  if (agency === undefined || officer === undefined) return '';
  const query = { agency, officer, limit: 1 };
  try {
    const { entries } = await gate.call('GET /v1/log/entries', { query });
    return entries.length > 0 ? '' : t.neverSeen;
  } catch {
    return t.notLooked;
  }
}

function stoppedInWords({ stopped = 0, target }: Freeze): string {
  return target.kind === 'class' ? t.leftOut(stopped) : t.refusedSome(stopped);
}
