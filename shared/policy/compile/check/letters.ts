/** Letters: each goes with a kind of task, says what the engine can know, and has a reader who may know it. */
import { FACTS } from '../../schema/letter-schema.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

export function letters(source: PackSource, _: Built, report: Report): void {
  const { causes = {}, unstatedCause } = source.casework?.incidents ?? {};
  if (unstatedCause !== undefined && !Object.hasOwn(causes, unstatedCause))
    report(['casework', 'incidents', 'unstatedCause'], `there is no cause "${unstatedCause}"`);
  for (const [name, { guarded, alone, parts }] of Object.entries(source.letters ?? {})) {
    if (guarded && !alone)
      report(['letters', name], 'a guarded letter says who reads it `alone` if the person is endangered');
    if (!source.notices) report(['letters', name], 'a letter needs `notices` that list kinds of delivery');
    for (const [index, { text }] of parts.entries())
      for (const [, fact = ''] of Object.values(text)
        .join(' ')
        .matchAll(/\{(\w+)\}/g))
        if (!FACTS.some((known) => known === fact))
          report(['letters', name, 'parts', index], `"{${fact}}" is none of ${FACTS.join(', ')}`);
  }
}
