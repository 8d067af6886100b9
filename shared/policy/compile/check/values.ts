/** A condition of the consent table that names no value of its input would never hold, and its row never decide. */

import type { PackSource, Report } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';
import type { Built } from '../build/build.ts';

export function values(source: PackSource, _: Built, report: Report): void {
  const { stage, inputs } = source;
  const known = (name: string): readonly unknown[] | undefined =>
    name === stage.input
      ? [...new Set([...stage.cases.map(({ value }) => value), stage.otherwise])]
      : inputs[name]?.values;
  const check = (path: Path, when: object) => {
    for (const [name, wanted] of Object.entries(when)) {
      const all = known(name);
      if (!all || (typeof wanted === 'object' && !Array.isArray(wanted))) continue;
      for (const one of [wanted].flat())
        if (!all.includes(one))
          report([...path, name], `"${one}" is no value of the input "${name}": write ${all.join(' or ')}`);
    }
  };
  for (const [index, section] of source.sections.entries()) {
    check(['sections', index, 'when'], section.when);
    for (const [number, row] of section.rows.entries())
      check(['sections', index, 'rows', number, 'when'], row.when);
  }
}
