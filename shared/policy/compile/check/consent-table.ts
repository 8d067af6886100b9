/** What the engine needs of a pack's givers: which is the person, which decide for it, which is the recipient. */

import type { PackSource, Report } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';
import type { Built } from '../build/build.ts';

export function givers(source: PackSource, _: Built, report: Report): void {
  const { evidence, casework } = source;
  const all = (role: string) => Object.keys(source.givers).filter((name) => source.givers[name]?.is === role);
  if (all('person').length !== 1)
    report(['givers'], 'one giver is the person whom records are about: add `is: person` to it');
  if (all('recipient').length > 1) report(['givers'], 'one giver is the recipient, and not several');
  const known = (path: Path, names: readonly string[]) => {
    for (const name of names)
      if (!Object.hasOwn(source.givers, name))
        report(path, `there is no giver "${name}": add \`${name}: { label: … }\` to \`givers\``);
  };
  for (const [index, { givers: names, giver, others }] of evidence.acts.entries()) {
    const path = ['evidence', 'acts', index];
    known(path, names);
    const values = source.inputs[giver ?? '']?.values;
    for (const name of names)
      if (values && !values.includes(name)) report(path, `"${name}" is no value of the input "${giver}"`);
    if (others === undefined) continue;
    for (const name of names)
      if (source.givers[name]?.is !== 'responsible')
        report(path, `equal givers decide for the person: add \`is: responsible\` to the giver "${name}"`);
  }
  known(
    ['evidence', 'informed'],
    (evidence.informed?.by ?? []).map(({ giver }) => giver),
  );
  known(['evidence', 'responsible', 'givers'], Object.keys(evidence.responsible?.givers ?? {}));
  for (const [index, { act, by }] of (evidence.proofs ?? []).entries()) {
    const path = ['evidence', 'proofs', index];
    known(path, by.flat());
    if (act === 'processed' && by.flat().some((name) => source.givers[name]?.is !== 'recipient'))
      report(path, 'the recipient proves what it processed: name the giver with `is: recipient`');
  }
  if (!casework) return;
  known(['casework', 'objections', 'givers'], casework.objections.givers);
  if (casework.objections.reports && all('recipient').length === 0)
    report(['givers'], 'a recipient reports errors: add a giver with `is: recipient`');
  known(['casework', 'inquiries', 'who'], casework.inquiries.who);
}

/** A condition of the consent table that names no value of its input would never hold, and its row never decide. */
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
