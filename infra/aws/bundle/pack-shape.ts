import type { loadPack } from '../../../shared/policy/pack/load-pack.ts';

export type Pack = ReturnType<typeof loadPack>;

/** The part of a compiled pack that the stack needs. */
export interface PackShape {
  collection: string;
  classes: readonly string[];
  /** Class to the KMS key that wraps its data keys: `ordinary`, or a key of its own that can be disabled alone. */
  keyOf: ReadonlyMap<string, string>;
  departments: readonly string[];
  /** Department to the classes of its fields, each with the key that wraps them in an account of its own. */
  ownKeyOf: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Roles of people, of which the pack says what they may do. */
  personRoles: readonly string[];
  /** Purposes that a release may name. */
  purposes: readonly string[];
  /** Class to the purposes that may open fields of it. */
  openedBy: ReadonlyMap<string, readonly string[]>;
  /** Classes of reports of harm, which casework seals and opens none of, and the others, which intake writes. */
  reports: readonly string[];
  written: readonly string[];
  /** Classes that programme predicates read, or that decide about consent. */
  verified: readonly string[];
}

/** Routes of purposes that release serves; most purposes have none of their own. */
const BY_RELEASE: ReadonlySet<string | undefined> = new Set([undefined, 'story-cards', 'inquiries']);

/** The key of all classes that are not restricted. KMS tells them apart by the authenticated context. */
const ORDINARY = 'ordinary';

export function shapeOf(pack: Pack): PackShape {
  const reports: string[] = Object.values(pack.casework?.harm?.classes ?? {});
  const released = [...pack.purposes].filter(([, { route }]) => BY_RELEASE.has(route)).map(([code]) => code);
  return {
    collection: pack.collection,
    classes: [...pack.classes.keys()],
    keyOf: new Map([...pack.classes].map(([name, { restricted }]) => [name, restricted ? name : ORDINARY])),
    departments: [...pack.departments.keys()],
    ownKeyOf: new Map([...pack.departments.keys()].map((owner) => [owner, ownKeys(pack, owner)])),
    personRoles: pack.casework?.cases?.supervisors ?? [],
    purposes: released,
    openedBy: new Map(
      [...pack.classes].map(([name, { openedBy }]) => [
        name,
        openedBy.filter((code) => released.includes(code)),
      ]),
    ),
    reports,
    written: [...pack.classes.keys()].filter((name) => !reports.includes(name)),
    verified: [...new Set([...pack.programmes.values()].flatMap(({ classes }) => classes))].sort(),
  };
}

/** What decides has a key of its own there: the department may stop all else without stopping decisions. */
function ownKeys({ classes, fields }: Pack, owner: string): Map<string, string> {
  const own = new Set([...fields.values()].flatMap((one) => (one.owners.includes(owner) ? [one.class] : [])));
  const keyOf = (name: string) =>
    classes.get(name)?.restricted || classes.get(name)?.decisive ? name : ORDINARY;
  return new Map([...classes.keys()].filter((name) => own.has(name)).map((name) => [name, keyOf(name)]));
}
