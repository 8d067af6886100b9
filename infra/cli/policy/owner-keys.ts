/** What departments' own keys do not allow of a pack: nothing more opens until the department deploys its template again. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { grouped } from '../../../shared/grouped.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { notAllowed, templateFor } from '../../aws/owner-template.ts';
import { label } from '../messages/labels.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';

const { owner: t } = await texts('policy');

/** A class of a department, with the purposes, or functions, for which its key does not open yet. */
export interface Lacking {
  department: string;
  class: string;
  purposes: string[];
}

/** What is allowed does not depend on the gateway's account and environment. */
const ANY = { environment: '', account: '', multiRegion: false };

export const lackingIn = (deployed: object, pack: Pack, department: string): Lacking[] =>
  [
    ...grouped(
      notAllowed(deployed, templateFor(pack, ANY, { owner: department })),
      (one) => one.split(' ')[0],
    ),
  ].map(([name = '', some]) => ({
    department,
    class: name,
    purposes: some.map((one) => one.slice(name.length + 1)),
  }));

/** Of every department with fields in both packs, whose deployed template is that of the pack before. */
export function lackingAfter(before: Pack, after: Pack): Lacking[] {
  return withFields(before)
    .filter((one) => withFields(after).includes(one))
    .flatMap((owner) => lackingIn(templateFor(before, ANY, { owner }), after, owner));
}

/** Of the departments whose deployed templates lie in a folder, as `<department>.json` or `<department>/template.json`. */
export function lackingOf(folder: string, pack: Pack): { departments: string[]; lacking: Lacking[] } {
  const known = new Set(withFields(pack));
  const found = namesIn(folder).flatMap((name) => {
    const department = name.replace(/\.json$/, '');
    const file = name === department ? join(folder, name, 'template.json') : join(folder, name);
    return known.has(department) && existsSync(file) ? [{ department, file }] : [];
  });
  const lacking = found.flatMap(({ department, file }) => lackingIn(templateIn(file), pack, department));
  return { departments: found.map(({ department }) => department), lacking };
}

export const lackingInWords = (lacking: readonly Lacking[]) =>
  table(
    [label('department'), label('class'), label('purposes')],
    lacking.map((one) => [one.department, one.class, one.purposes.join(', ')]),
  );

/** Departments that may have keys of their own. */
export const withFields = ({ departments, fields }: Pack) =>
  [...departments.keys()].filter((one) => [...fields.values()].some(({ owners }) => owners.includes(one)));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    throw new UsageError(t.noFolder(folder));
  }
}

/** @throws UsageError for another file */
export function templateIn(file: string): object {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8'));
    // `aws cloudformation get-template` puts it into a member.
    const template = read.TemplateBody ?? read;
    if (typeof template.Resources === 'object') return template;
  } catch {
    // The same words as for a file that is no template.
  }
  throw new UsageError(t.noTemplate(file));
}
