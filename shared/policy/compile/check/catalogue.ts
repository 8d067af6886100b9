/** Classes of sharing, the laws that are cited, and the impact assessment of each purpose and programme. */
import { OPEN_FORMS } from '../../pack/pack.ts';
import { GRADE_REACHED } from '../../present/catalogue.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';
import type { Built } from '../build/build.ts';

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

/**
 * A field above the lowest grade is not shared without conditions. A grade that a number of people reaches raises an alert. With
 * directories, each field that is shared has one code, in the directory of the department that provides it first.
 */
export function catalogue({ catalogue: given, fields, alerts }: PackSource, _: Built, report: Report): void {
  if (!given) return;
  for (const [name, { fields: of = [], from }] of Object.entries(given.grades).slice(1)) {
    for (const one of of)
      if (fields[one]?.sharing === 'unconditional')
        report(['fields', one, 'sharing'], `"${one}" is of the grade ${name}: it is shared on conditions`);
    if (from && !Object.hasOwn(alerts ?? {}, GRADE_REACHED))
      report(['catalogue', 'grades', name, 'from'], `it raises the alert ${GRADE_REACHED}: add it to alerts`);
  }
  if (!given.directories) return;
  const codes = new Set<string>();
  for (const [department, { items }] of Object.entries(given.directories.of)) {
    const path = ['catalogue', 'directories', 'of', department, 'items'];
    for (const [name, code] of Object.entries(items)) {
      if (codes.has(code)) report([...path, name], `the code ${code} is given twice`);
      codes.add(code);
      if (fields[name]?.owners[0] !== department)
        report([...path, name], `${department} is not the first that provides "${name}"`);
    }
  }
  for (const [
    name,
    {
      owners: [first = ''],
      sharing: kind,
    },
  ] of Object.entries(fields))
    if (kind !== 'none' && !given.directories.of[first]?.items[name])
      report(['fields', name], `"${name}" is shared, and has no code in the directory of ${first}`);
}

/** A law that a rule, a field or a purpose cites stands in `bases`, after the name by which it is cited (A1.1). */
export function citations(source: PackSource, _: Built, report: Report): void {
  const names = source.bases.map((base) => base.split(' ', 1)[0] ?? '');
  const check = (path: Path, basis: string) => {
    for (const name of lawsIn(basis, names)) {
      if (!source.bases.some((base) => base === name || base.startsWith(`${name} `)))
        report(path, `"${name}" is cited, but no law in \`bases\` begins with this name`, ['bases']);
    }
  };
  for (const [i, base] of source.bases.entries())
    if (/[\d;,]/.test(base.split(' ', 1)[0] ?? ''))
      report(['bases', i], 'the name of a law holds no digit: with it the article begins');
  for (const id of Object.keys(source.rules)) check(['rules', id], id);
  for (const part of ['fields', 'purposes'] as const) {
    for (const [name, { basis }] of Object.entries(source[part])) check([part, name, 'basis'], basis);
  }
}

/**
 * The names in a text such as `A8; MPL 29, 83; CASF L226-3, L226-4`. A part that begins with a digit is an article of the law
 * before it, as is one after a comma with a letter before its digits.
 */
function lawsIn(basis: string, names: readonly string[]): string[] {
  return basis.split(';').flatMap((laws) => {
    const parts = laws.split(',').map((part) => part.trim());
    const isFurther = (part: string, at: number) => /^\d/.test(part) || (at > 0 && ARTICLE.test(part));
    return parts
      .filter((part, at) => !isFurther(part, at))
      .map((part) => {
        const law = names.find(
          (name) => part.startsWith(`${name} `) && ARTICLE.test(part.slice(name.length + 1)),
        );
        return law ?? part.replace(/\s*\d.*$/, '');
      });
  });
}

const ARTICLE = /^(?:art\.? ?)?\p{Lu}?[. ]?\d/u;

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
    report([part, one], `"${one}" has no impact assessment: assess it, then name it in \`assessments\``, [
      'assessments',
    ]);
  }
}
