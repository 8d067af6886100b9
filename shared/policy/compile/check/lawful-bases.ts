/** What a pack must say about lawful bases, judgements of ability, equal givers and refusals. */

import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

export function lawful(source: PackSource, _: Built, report: Report): void {
  const known = (table: object, what: string, path: (string | number)[], name: string | undefined) => {
    if (name !== undefined && !Object.hasOwn(table, name)) report(path, `there is no ${what} "${name}"`);
  };
  const bases = source.lawfulBases;
  for (const [name, { rule }] of Object.entries(bases ?? {}))
    known(source.rules, 'rule', ['lawfulBases', name], rule);
  for (const [code, { kinds }] of Object.entries(source.purposes)) {
    for (const [index, { basis }] of kinds.entries()) {
      const path = ['purposes', code, 'kinds', index];
      known(bases ?? {}, 'lawful basis', path, basis);
      if (bases && basis === undefined)
        report(path, `name the lawful basis of this ground: one of ${Object.keys(bases).join(', ')}`);
    }
  }
  const { judgement, acts } = source.evidence;
  known(source.inputs, 'input', ['evidence', 'judgement'], judgement?.input);
  for (const role of judgement?.roles ?? []) known(source.roles, 'role', ['evidence', 'judgement'], role);
  const values = source.inputs[judgement?.input ?? '']?.values ?? [];
  if (judgement && !['able', 'unable'].every((word) => values.includes(word)))
    report(['inputs', judgement.input], 'the input of a judgement has the values able and unable');
  for (const [index, { others }] of acts.entries())
    known(source.inputs, 'input', ['evidence', 'acts', index], others);
  known(source.rules, 'rule', ['approvals', 'refusals'], source.approvals?.refusals?.rule);
}
