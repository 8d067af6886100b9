/** Questions that can be answered with yes. */

import { faultsIn } from '../../check/form.ts';
import { shapeOf } from '../../pack/load-pack.ts';
import type { Shape } from '../../pack/parts.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Json } from '../../types.ts';
import type { Built } from '../build/build.ts';

/** A question compares a field with values that it can have, and free text with none: otherwise it is never true, and nothing says so. */
export function compared(source: PackSource, _: Built, report: Report): void {
  for (const [name, { any }] of Object.entries(source.predicates))
    for (const [index, conditions] of any.entries())
      for (const [what, wanted] of Object.entries(conditions)) {
        const [field = '', ...members] = what.split('.');
        const held = source.fields[field]?.shape;
        const shapes = held ? shapesAt(shapeOf(source, held), members) : [];
        if (shapes.length === 0 || (typeof wanted === 'object' && !Array.isArray(wanted))) continue;
        const never = [wanted].flat().find((value) => !shapes.some((shape) => mayBe(shape, value)));
        if (never !== undefined)
          report(
            ['predicates', name, 'any', index, what],
            `"${what}" is never "${never}": \`{ held: true }\` asks whether there is a value`,
          );
      }
}

/** A value that is no record stands for its only member. */
function shapesAt(shape: Shape, members: readonly string[]): readonly Shape[] {
  const [first, ...others] = members;
  if (shape.is === 'either') return shape.of.flatMap((option) => shapesAt(option, members));
  if (first === undefined || shape.is !== 'record') return others.length > 0 ? [] : [shape];
  const member = shape.members[first];
  return member ? shapesAt(member, others) : [];
}

function mayBe(shape: Shape, value: Json): boolean {
  return (shape.is !== 'text' || shape.pattern !== undefined) && faultsIn(shape, value).length === 0;
}
