import { Problem } from '../../shared/errors.ts';
import { singlingOut } from '../../shared/policy/compile/cohorts.ts';
import { programmeDigest } from '../../shared/policy/count/cohort.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { askForCounts, readProgramme } from '../../shared/records/gateway/cohorts.ts';
import { putDraft } from '../../shared/records/gateway/policies.ts';
import type { StewardDeps } from './app.ts';

/**
 * A programme is new when no programme in force asks the same of the same areas. Each new one must fit as many
 * people as the smallest cohort has, as the cohort job counted; one that was not counted is kept for the next run.
 * @param text the pack as JSON
 * @throws Problem K_TOO_SMALL
 */
export async function demandCohorts(
  { dynamo, env }: StewardDeps,
  { inForce, pack, text }: { inForce: Pack; pack: Pack; text: string },
): Promise<void> {
  const known = new Set([...inForce.programmes.values()].map((one) => programmeDigest(inForce, one)));
  const least = pack.smallestCohort ?? Number.POSITIVE_INFINITY;
  const counts = new Map<string, number>();
  let uncounted = 0;
  for (const [name, programme] of pack.programmes) {
    const digest = programmeDigest(pack, programme);
    const found = known.has(digest) ? { fits: true } : await readProgramme(dynamo, env.cohortsTable, digest);
    if (found === null) uncounted += 1;
    else counts.set(name, found.fits ? Math.max(least, 1) : 0);
  }
  const tooFew = singlingOut(pack, counts);
  if (tooFew.length === 0) return;
  // What fits too few today may fit enough when it is counted next.
  await putDraft(dynamo, env.policyTable, pack.hash, text);
  await askForCounts(dynamo, env.cohortsTable, pack.hash);
  const detail =
    uncounted === 0
      ? `${tooFew.length} programmes fit fewer people than the smallest cohort`
      : `${uncounted} programmes are not counted yet: run the job cohorts, then publish again`;
  throw new Problem('K_TOO_SMALL', { rule: pack.cohorts?.rule ?? '', detail });
}
