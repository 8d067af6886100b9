/** Whether a name is defined in the pack, and where to write it if it is not. */
import { nearestOf } from '../../../nearest.ts';
import type { Report } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';

type Check = (table: object, what: string) => (path: Path, name: string) => void;

/** Where a thing of each kind is written. */
const PLACES: Readonly<Record<string, string>> = {
  rule: 'rules',
  field: 'fields',
  department: 'departments',
  role: 'roles',
  obligation: 'obligations',
  kind: 'kinds',
  purpose: 'purposes/',
  mask: 'masks',
  reason: 'reasons',
  input: 'inputs',
  verdict: 'verdicts',
  'kind of task': 'tasks',
  class: 'classes',
  generalisation: 'generalisations',
  list: 'lists',
  right: 'rights',
  grade: 'grades',
  dimension: 'dimensions',
};

/** @returns a check that reports a name that is not in a table, at the first place that has it */
export function definedIn(report: Report): Check {
  const missing = new Set<string>();
  return (table: object, what: string) => (path: Path, name: string) => {
    // Said at the first of perhaps thirty places.
    if (Object.hasOwn(table, name) || missing.has(`${what} ${name}`)) return;
    missing.add(`${what} ${name}`);
    const nearest = nearestOf(name, Object.keys(table));
    const place = PLACES[what] ? `: add it to \`${PLACES[what]}\`` : '';
    const other = nearest === null ? '' : `${place ? ', or' : ':'} write "${nearest}"`;
    report(path, `there is no ${what} "${name}"${place}${other}`);
  };
}
