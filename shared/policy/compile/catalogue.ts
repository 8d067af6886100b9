/** Classes of sharing, and the impact assessment of each purpose and programme. */
import { OPEN_FORMS } from '../pack/pack.ts';
import type { Built } from './build.ts';
import type { PackSource, Report } from './schema.ts';

/**
 * A field of a restricted class or of the strictest level is not shared without conditions. A field that is not shared
 * has no open form under any purpose but the person's own inquiry.
 */
export function sharing(source: PackSource, built: Built, report: Report): void {
  for (const [name, { sharing: kind, class: of = '', level }] of Object.entries(source.fields)) {
    if (kind === 'unconditional' && (level === 'L4' || source.classes[of]?.restricted))
      report(['fields', name, 'sharing'], `"${name}" is strictly protected: it is shared on conditions`);
    if (kind !== 'none') continue;
    for (const [code, cells] of Object.entries(built.cells)) {
      const form = cells[name]?.form;
      if (form && OPEN_FORMS.has(form) && source.purposes[code]?.route !== 'inquiries')
        report(['purposes', code, 'cells', name], `"${name}" is not shared, so ${code} can't give it`);
    }
  }
}

/** Nothing is processed without an assessment of its impact (PIPL 55). */
export function assessments(source: PackSource, _: Built, report: Report): void {
  const known = new Set([...Object.keys(source.purposes), ...Object.keys(source.programmes ?? {})]);
  const assessed = new Set<string>();
  for (const [name, { of }] of Object.entries(source.assessments)) {
    for (const one of of) {
      assessed.add(one);
      if (!known.has(one))
        report(['assessments', name, 'of'], `there is no purpose and no programme "${one}"`);
    }
  }
  for (const one of known) {
    if (assessed.has(one)) continue;
    const part = Object.hasOwn(source.purposes, one) ? 'purposes' : 'programmes';
    report([part, one], `"${one}" has no impact assessment: assess it, then name it in \`assessments\``);
  }
}
