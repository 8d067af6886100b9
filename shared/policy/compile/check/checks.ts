/** What a named check needs besides its name. */

import type { PackSource, Report } from '../../schema/schema.ts';

export function checks(source: PackSource, report: Report): void {
  for (const [name, { checks: all = [] }] of Object.entries(source.fields)) {
    for (const [index, { check, code: _, with: other, part, weights, pattern }] of all.entries()) {
      const path = ['fields', name, 'checks', index];
      if (check === 'mod-11' && !weights)
        report(path, 'mod-11 needs the weights of the digits: add `weights: [10, 9, 8, 7, 6, 5, 4, 3, 2]`');
      if (check === 'pattern' && !pattern) report(path, 'a pattern is missing: add `pattern: "^…$"`');
      if (check !== 'agrees') continue;
      const compared = source.fields[other ?? '']?.checks ?? [];
      if (other === undefined || part === undefined)
        report(path, 'a comparison names the other field and the part: add `with: <field>, part: whole`');
      else if (!compared.some((one) => one.check === 'resident-number'))
        report(path, `"${other}" is no resident number: only parts of one are compared`);
    }
  }
}
