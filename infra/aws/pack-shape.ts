import { loadPack } from '../../shared/policy/pack/load-pack.ts';

/** What the stack needs to know of a compiled pack. */
export interface PackShape {
  collection: string;
  classes: readonly string[];
  departments: readonly string[];
  /** Purposes that release may be asked for. */
  purposes: readonly string[];
  /** Class name to those purposes that may open fields of it. */
  openedBy: ReadonlyMap<string, readonly string[]>;
  /** Classes that the predicates of programmes read, and what decides about consent. */
  verified: readonly string[];
}

/** Routes of purposes that release serves; most have none of their own. */
const BY_RELEASE: ReadonlySet<string | undefined> = new Set([undefined, 'story-cards', 'inquiries']);

/** @param compiled JSON that the pack's compiler made */
export function shapeOf(compiled: unknown): PackShape {
  const pack = loadPack(compiled);
  const released = [...pack.purposes].filter(([, { route }]) => BY_RELEASE.has(route)).map(([code]) => code);
  return {
    collection: pack.collection,
    classes: [...pack.classes.keys()],
    departments: [...pack.departments.keys()],
    purposes: released,
    openedBy: new Map(
      [...pack.classes].map(([name, { openedBy }]) => [
        name,
        openedBy.filter((code) => released.includes(code)),
      ]),
    ),
    verified: [...new Set([...pack.programmes.values()].flatMap(({ classes }) => classes))].sort(),
  };
}
