import { hash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { type CohortCell, pathOf, WHOLE } from '../../shared/policy/count/cohort.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import { readCohorts } from '../../shared/records/gateway/cohorts.ts';
import type { StatisticsRequest, StatisticsResponse } from '../http/contract/insight.ts';
import { evidenceWord, handlerOf, wordsOf } from '../session/actor.ts';
import { askOf, type InsightCall, screenInsight } from './screen.ts';

/**
 * Counts that the cohort job published, of the caller's own areas: nothing is opened or looked up of anybody, and
 * nothing is added up here that was not published.
 * @throws Problem with rule and reason where the purpose is not open to the caller; INVALID_REQUEST for a
 * dimension that the policy does not count by; OUT_OF_AREA; K_TOO_SMALL where there is no count
 */
export async function statistics(call: InsightCall, request: StatisticsRequest): Promise<StatisticsResponse> {
  const { deps, pack } = call;
  const { by = WHOLE } = request;
  const path = by === WHOLE ? [] : pathOf(pack.cohorts ?? NONE, by);
  const ask = askOf(call, 'statistics', request.context);
  const fields = path.flatMap((name) => pack.cohorts?.dimensions.get(name)?.field ?? []);
  const base = entryBase(call, request, fields);
  const screening = await screenInsight(call, path.length > 0 ? { ...ask, fields } : ask, base);
  if (by !== WHOLE && path.length === 0) {
    throw new Problem('INVALID_REQUEST', { errors: [{ path: '/by', message: 'no such dimension' }] });
  }
  const areas = areasOf(call, request.areas);
  const withheld = fields.find((field) => !screening.cells.has(field));
  if (areas.length === 0) await refuse(call, base, 'OUT_OF_AREA', pack.grounds.outOfArea);
  const stored = withheld === undefined ? await readAll(call, by, areas) : [];
  if (stored.length === 0) await refuse(call, base, 'K_TOO_SMALL', pack.cohorts?.rule ?? '');
  const [receipt] = (await deps.log.append([
    { ...base, kind: 'decision', outcome: 'released', code: 'COUNTED', rule: pack.cohorts?.rule ?? '' },
  ])) as [Receipt];
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

/** The areas asked about, as far as they are the caller's; nothing is counted for less than a county. */
function areasOf({ session, pack }: InsightCall, asked: readonly string[] | undefined): string[] {
  const own = session.caller.areas.filter((area) => area.length <= pack.countyDigits);
  const inside = (area: string) => own.some((one) => area.startsWith(one));
  if (asked === undefined) return [...new Set(own)];
  return asked.every((area) => area.length <= pack.countyDigits && inside(area)) ? [...new Set(asked)] : [];
}

async function readAll({ deps }: InsightCall, by: string, areas: readonly string[]) {
  const found = await Promise.all(
    areas.map((area) => readCohorts<CohortCell>(deps.tables.cohorts, by, area)),
  );
  const counties = new Map(found.flat().map((one) => [one.county, one]));
  return [...counties.values()].sort((a, b) => (a.county < b.county ? -1 : 1));
}

async function refuse(
  { deps, pack }: InsightCall,
  base: Omit<NewEntry, 'kind'>,
  code: 'OUT_OF_AREA' | 'K_TOO_SMALL',
  rule: string,
): Promise<never> {
  await deps.log.append([{ ...base, kind: 'denial', outcome: 'refused', code, rule }]);
  throw new Problem(code, { rule, reason: reasonText(pack, code) });
}

function entryBase(
  { pack, session }: InsightCall,
  request: StatisticsRequest,
  fields: readonly string[],
): Omit<NewEntry, 'kind'> {
  const { officer, case: no, reason } = request.context ?? {};
  return {
    operation: 'use',
    owners: ownersOf(pack, fields),
    handler: handlerOf(session),
    purpose: session.grant.purpose ?? '',
    collection: pack.collection,
    policy: { version: pack.version, hash: pack.hash },
    words: {
      ...wordsOf(session, { officer, case: no, reason }),
      ...evidenceWord(session),
      request: hash('sha256', JSON.stringify(request), 'base64'),
    },
  };
}

function ownersOf(pack: Pack, fields: readonly string[]): string[] {
  const names = fields.length > 0 ? fields : [pack.areaField];
  return [...new Set(names.flatMap((field) => pack.fields.get(field)?.owners ?? []))].sort();
}
