import { hash } from 'node:crypto';
import type { Counts } from '../../shared/contract/release.ts';
import type { StatisticsRequest } from '../../shared/contract/routes/insight.ts';
import { invalid } from '../../shared/errors.ts';
import { insightTexts } from '../../shared/messages/insight.ts';
import { type CohortCell, pathOf, WHOLE } from '../../shared/policy/count/cohort.ts';
import { areasWithin } from '../../shared/policy/decide/areas.ts';
import { ownersOf } from '../../shared/policy/pack/pack.ts';
import { readCohorts } from '../../shared/records/gateway/cohorts.ts';
import { appendOne } from '../steps/log.ts';
import { refusalOf, refuse } from '../steps/refusals.ts';
import { askOf, type InsightCall, insightBase, screenInsight } from './screen.ts';

/**
 * Counts of the caller's own areas, as the cohort job published them. No record is opened or looked up, and only
 * published counts are answered.
 * @throws Problem with rule and reason if the purpose is not open to the caller; INVALID_REQUEST for a dimension that
 * the policy does not count by; OUT_OF_AREA; K_TOO_SMALL if there is no count
 */
export async function statistics(call: InsightCall, request: StatisticsRequest): Promise<Counts> {
  const { deps, pack } = call;
  const { by = WHOLE } = request;
  const path = by === WHOLE ? [] : pathOf(pack.cohorts ?? NONE, by);
  const ask = askOf(call, 'statistics', request.context);
  const fields = path.flatMap((name) => pack.cohorts?.dimensions.get(name)?.field ?? []);
  const base = {
    ...insightBase(call, ask, hash('sha256', JSON.stringify(request), 'base64')),
    owners: ownersOf(pack, fields.length > 0 ? fields : [pack.areaField]),
  };
  const screening = await screenInsight(call, path.length > 0 ? { ...ask, fields } : ask, base);
  if (by !== WHOLE && path.length === 0) {
    throw invalid('/by', insightTexts.noSuchDimension([...(pack.cohorts ?? NONE).dimensions.keys()]));
  }
  const areas = areasOf(call, request.areas);
  const withheld = fields.find((field) => !screening.cells.has(field));
  if (areas.length === 0)
    await refuse(deps.log, base, refusalOf(pack, 'OUT_OF_AREA', pack.grounds.outOfArea));
  const stored = withheld === undefined ? await readAll(call, by, areas) : [];
  if (stored.length === 0)
    await refuse(deps.log, base, refusalOf(pack, 'K_TOO_SMALL', pack.cohorts?.rule ?? ''));
  const receipt = await appendOne(deps.log, {
    ...base,
    kind: 'decision',
    outcome: 'released',
    code: 'COUNTED',
    rule: pack.cohorts?.rule ?? '',
  });
  return {
    policy: { version: pack.version, hash: pack.hash },
    by: path,
    smallest: pack.cohorts?.smallest ?? 0,
    round: pack.cohorts?.round ?? 0,
    areas: stored.map(({ county, at, cells }) => ({
      area: county,
      countedAt: at,
      cells: cells.map(cellView),
    })),
    obligations: [...screening.obligations],
    receipt,
  };

  function cellView({ values, count }: CohortCell) {
    return { values: Object.fromEntries(path.map((name, i) => [name, values[i] ?? ''])), count };
  }
}

const NONE = { rule: '', smallest: 0, round: 1, dimensions: new Map() };

/**
 * The requested areas; none if one of them is not the caller's or is smaller than a county, the smallest
 * counted area.
 */
function areasOf({ session, pack }: InsightCall, asked: readonly string[] | undefined): string[] {
  const own = session.caller.areas.filter((area) => area.length <= pack.countyDigits);
  const inside = (area: string) => own.some((one) => area.startsWith(one));
  if (asked === undefined) return [...new Set(own)];
  const wanted = areasWithin(pack, asked);
  return wanted.every((area) => area.length <= pack.countyDigits && inside(area)) ? [...new Set(wanted)] : [];
}

async function readAll({ deps }: InsightCall, by: string, areas: readonly string[]) {
  const found = await Promise.all(
    areas.map((area) => readCohorts<CohortCell>(deps.tables.cohorts, by, area)),
  );
  const counties = new Map(found.flat().map((one) => [one.county, one]));
  return [...counties.values()].sort((a, b) => (a.county < b.county ? -1 : 1));
}
