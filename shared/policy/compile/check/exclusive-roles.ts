/** What the pack says no agency is at once. */

import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

/** Names exist, no side meets the other, and each role stays one that some department may hold. */
export function apart(source: PackSource, _: Built, report: Report): void {
  const rows = source.apart ?? [];
  for (const [index, { one, other }] of rows.entries()) {
    const at = ['apart', index];
    for (const name of [...one, ...other]) {
      if (!Object.hasOwn(source.roles, name) && !Object.hasOwn(source.departments, name))
        report(at, `"${name}" is neither a role nor a department`);
    }
    for (const name of one) if (other.includes(name)) report(at, `"${name}" stands on both sides`);
  }
  for (const [role, { departments }] of Object.entries(source.roles)) {
    const excluded = (code: string) => rows.some(({ one, other }) => meets(one, other, role, code));
    if (departments.length > 0 && departments.every(excluded))
      report(['apart'], `no department that may hold the role "${role}" is left to it`);
  }
}

function meets(one: readonly string[], other: readonly string[], a: string, b: string): boolean {
  return (one.includes(a) && other.includes(b)) || (one.includes(b) && other.includes(a));
}
