/** Rules about what a pack's source says of fields, areas and classes, before anything is built. */

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

/** Offices are registered for codes that the field with a person's residence may have, and for areas over these. */
export function areaCodes(source: PackSource, report: Report): void {
  const { shape } = source.fields[source.areaField] ?? {};
  const own = typeof shape === 'string' ? source.shapes[shape] : shape;
  if (typeof own !== 'object' || own.is !== 'text' || own.pattern === undefined) {
    report(
      ['fields', source.areaField, 'shape'],
      'the codes of areas need a text with a `pattern`, such as { is: text, max: 6, pattern: "^\\d{6}$" }',
    );
    return;
  }
  if (source.countyDigits > own.max)
    report(
      ['countyDigits'],
      `more than the ${own.max} characters that a code of ${source.areaField} may have`,
    );
  const form = new RegExp(own.pattern, 'u');
  const under = source.areasUnder ?? {};
  for (const [area, codes] of Object.entries(under)) {
    const path = ['areasUnder', area];
    for (const code of codes) {
      if (!form.test(code) && !Object.hasOwn(under, code))
        report(path, `"${code}" is no code of the field ${source.areaField}, and has no areas under it`);
    }
    if (holdsItself(under, area)) report(path, `the area "${area}" lies under itself`);
    if (codes.every((code) => code.startsWith(area)))
      report(path, 'these codes begin with the code of their area, so they need no list');
  }
}

function holdsItself(under: Readonly<Record<string, readonly string[]>>, area: string): boolean {
  const seen = new Set<string>();
  const left = [...(under[area] ?? [])];
  for (let code = left.pop(); code !== undefined; code = left.pop()) {
    if (code === area) return true;
    if (seen.has(code)) continue;
    seen.add(code);
    if (Object.hasOwn(under, code)) left.push(...(under[code] ?? []));
  }
  return false;
}

/** Reports of harm: what is sealed opens for their one purpose alone, and the reporter apart from the report. */
export function harmReports(source: PackSource, report: Report): void {
  for (const [name, { opens = [] }] of Object.entries(source.classes)) {
    if (opens.length > 0 && Object.values(source.fields).some((field) => field.class === name))
      report(['classes', name, 'opens'], 'is for classes without fields');
  }
  const harm = source.casework?.harm;
  if (!harm) return;
  const path = ['casework', 'harm', 'classes'];
  const { purpose, classes } = harm;
  for (const name of [classes.report, classes.reporter]) {
    const opens = Object.hasOwn(source.classes, name) ? (source.classes[name]?.opens ?? []) : [];
    if (opens.length !== 1 || opens[0] !== purpose)
      report(path, `"${name}" is no class that ${purpose} alone opens`);
  }
  if (classes.report === classes.reporter) report(path, 'the reporter needs a class of its own');
}
