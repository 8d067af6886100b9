import { loadPack } from '../../../shared/policy/pack/load-pack.ts';

/** The part of a compiled pack that the stack needs. */
export interface PackShape {
  collection: string;
  classes: readonly string[];
  /** Class to the KMS key that wraps its data keys: `ordinary`, or a key of its own that can be disabled alone. */
  keyOf: ReadonlyMap<string, string>;
  departments: readonly string[];
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

/** @param compiled JSON from the pack compiler */
export function shapeOf(compiled: unknown): PackShape {
  const pack = loadPack(compiled);
  const reports: string[] = Object.values(pack.casework?.harm?.classes ?? {});
  const released = [...pack.purposes].filter(([, { route }]) => BY_RELEASE.has(route)).map(([code]) => code);
  return {
    collection: pack.collection,
    classes: [...pack.classes.keys()],
    keyOf: new Map([...pack.classes].map(([name, { restricted }]) => [name, restricted ? name : ORDINARY])),
    departments: [...pack.departments.keys()],
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
