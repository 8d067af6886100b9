import type { PackSource, Report } from '../../schema/schema.ts';

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
