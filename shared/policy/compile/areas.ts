import type { PackSource, Report } from './schema.ts';

/** Offices are registered for codes that the field with a person's residence may have. */
export function areaCodes(source: PackSource, report: Report): void {
  const { shape } = source.fields[source.areaField] ?? {};
  const own = typeof shape === 'string' ? source.shapes[shape] : shape;
  if (typeof own !== 'object' || own.is !== 'text' || own.pattern === undefined)
    report(
      ['fields', source.areaField, 'shape'],
      'the codes of areas need a text with a `pattern`, such as { is: text, max: 6, pattern: "^\\d{6}$" }',
    );
}
