import type { Whoami } from '../../../shared/contract/office.ts';
import { stewardRoutes } from '../../../shared/contract/routes/steward.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { inWords, labelOf } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { pairs } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';

const { whoami: t } = await texts('login');

const SELF = stewardRoutes.readSelf;

/** `fieldgate whoami` */
export function registerWhoami(program: Command): void {
  program
    .command('whoami')
    .option('--officer <name>', t.officer)
    .option('--purpose <code>', w.purposeForVerifiers)
    .runs<{ purpose?: string; officer?: string }>(async (options) => {
      const { gate } = await open(options, options.purpose);
      const agency = await gate.whoami(defined({ officer: options.officer }));
      print(options, agency, () => inWords(SELF, shown(agency)) + pairs(left(agency.limits)));
    });
}

/** Without what programs go by. */
const shown = ({ acts: _, limits: __, ...rest }: Whoami) => rest;

/** What is left of each limit, such as `requests, agency`. */
function left(limits: object, names: readonly string[] = [], path = 'limits'): [string, string][] {
  return Object.entries(limits).flatMap(([name, one]) => {
    if (typeof one !== 'object' || one === null) return [];
    const own = [...names, 'tier' in one ? word(one.tier) : labelOf(SELF, `${path}.${name}`)];
    const below = Array.isArray(one) ? left(one, names, path) : left(one, own, `${path}.${name}`);
    return 'limit' in one ? [[own.join(', '), t.left(one.left, one.limit)] as [string, string]] : below;
  });
}
