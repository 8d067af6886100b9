/** The table of acts by kinds of caller: who may act about its own people alone, and who about others of its area too. */

import type { ActName } from '../../../acts.ts';
import { grouped } from '../../../grouped.ts';
import {
  actCells,
  kindOfParty,
  PARTY_KINDS,
  type PartyKind,
  partiesOf,
  type Whose,
} from '../../decide/act-table.ts';
import type { Pack } from '../../pack/pack.ts';

export interface WhoseRow {
  act: ActName;
  /** The kind of thing; `''` if the act has no kinds. */
  of: string;
  /** A kind of caller if all of it may, else those of its roles that may. */
  own: string[];
  any: string[];
}

/** One row for each act about people, and each kind of thing. */
export function whoseRows(pack: Pack): WhoseRow[] {
  const kinds = new Map(
    [...partiesOf(pack)].map(([who, caller]) => [who, kindOfParty(pack, caller)] as const),
  );
  const cells = [...actCells(pack)].filter(({ whose }) => whose !== 'none');
  return [...grouped(cells, ({ act, of }) => JSON.stringify([act, of])).values()].flatMap((some) => {
    const [first] = some;
    const names = (whose: Whose) =>
      PARTY_KINDS.flatMap((kind) =>
        namesOf(kinds, kind, new Set(some.filter((one) => one.whose === whose).map(({ who }) => who))),
      );
    return first ? [{ act: first.act, of: first.of, own: names('own'), any: names('any') }] : [];
  });
}

function namesOf(kinds: ReadonlyMap<string, PartyKind>, kind: PartyKind, may: ReadonlySet<string>): string[] {
  const all = [...kinds].filter(([, one]) => one === kind).map(([who]) => who);
  const those = all.filter((who) => may.has(who));
  return those.length === all.length && all.length > 0 ? [kind] : those;
}
