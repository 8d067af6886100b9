/** The compiler proper: from the YAML's content, wherever it was read from. */

import { actTableHash } from '../decide/act-table.ts';
import { type CompiledPack, hashOf, loadPack } from '../pack/load-pack.ts';
import type { Report } from '../schema/schema.ts';
import { textsIn } from '../schema/texts.ts';
import { type Built, build } from './build/build.ts';
import { assertions } from './check/assertions.ts';
import { references } from './check/references.ts';
import { areaCodes, checks, harmReports } from './check/sources.ts';
import { soundPart } from './sound-part.ts';
import { Stages } from './stages.ts';

/**
 * Every stage looks at what the stages before it found sound, so that one run names the faults of all.
 * @param broken files have faults already, so what is not in the tree may stand in one of them
 * @returns the compiled pack, or `null` if `report` was called
 */
export function compileTree(tree: unknown, report: Report, broken = false): CompiledPack | null {
  const stages = new Stages(report, broken);
  const parsed = soundPart(tree, stages, broken);
  stages.next();
  const source = textsIn(parsed, parsed.languages ?? [], stages.report);
  const built = stages.run(() => build(source, stages.report));
  for (const check of [references, areaCodes, checks, harmReports])
    stages.run(() => check(source, stages.report));
  stages.next();
  for (const assertion of assertions) stages.run(() => assertion(source, built as Built, stages.report));
  if (stages.areBroken || !built) return null;
  const pack = { ...built.pack, actTable: actTableHash(loadPack(built.pack)) };
  return { ...pack, hash: hashOf(pack) };
}
