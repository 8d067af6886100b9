/** What a pack must say about lawful bases and judgements of ability. */

import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

export function lawful(source: PackSource, _: Built, report: Report): void {
  const bases = source.lawfulBases;
  for (const [code, { kinds }] of Object.entries(source.purposes)) {
    for (const [index, { basis }] of kinds.entries()) {
      if (bases && basis === undefined)
        report(
          ['purposes', code, 'kinds', index],
          `name the lawful basis of this ground: one of ${Object.keys(bases).join(', ')}`,
        );
    }
  }
  const { judgement } = source.evidence;
  const values = source.inputs[judgement?.input ?? '']?.values ?? [];
  if (judgement && !['able', 'unable'].every((word) => values.includes(word)))
    report(['inputs', judgement.input], 'the input of a judgement has the values able and unable');
}
