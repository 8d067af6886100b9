import { defined } from '../../shared/defined.ts';
import { type CohortCell, fitsEnough, pathOf, WHOLE } from '../../shared/policy/count/cohort.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import type { Pack, Purpose } from '../../shared/policy/pack/pack.ts';
import type { EngineReason } from '../../shared/policy/pack/reasons.ts';
import { present } from '../../shared/policy/present/present.ts';
import type { Decision } from '../../shared/policy/types.ts';
import { readCohorts } from '../../shared/records/gateway/cohorts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { situationOf } from '../steps/holding.ts';
import { neededFields } from '../steps/open-sheets.ts';
import type { Rests } from '../steps/rests.ts';
import { findingOf } from '../steps/tested-texts.ts';
import type { CardCheck, DecidedSubject, OpenedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/** The decision about each subject: a pure function of the loaded and opened data. */
export function decideSubjects(
  call: ReleaseCall,
  opened: readonly OpenedSubject[],
  restsOf: Rests,
): DecidedSubject[] {
  const { pack, session, ask, now } = call;
  const situated = ({ item, ...subject }: OpenedSubject & { item: KeyItem }) =>
    situationOf(pack, { ...subject, ...defined({ rests: restsOf({ item, ...subject }, now) }) }, item, now);
  return opened.map((subject) => {
    const { item } = subject;
    const decision = item
      ? checkCard(call, subject, decide(pack, session.caller, ask, situated({ ...subject, item }), now))
      : unknownTo(pack);
    const sources = new Set([...decision.fields.values()].flatMap(({ cell }) => cell.sources));
    const first = new Set<string>();
    const needed = neededFields(pack, subject, sources);
    const toOpen = needed.held.filter(({ field }) => {
      if (first.has(field) || subject.values.has(field)) return false;
      first.add(field);
      return true;
    });
    const lacked = needed.lacked.filter(({ field, owner }) => {
      const owners = pack.fields.get(field)?.owners ?? [];
      const holder = toOpen.find((one) => one.field === field)?.owner;
      const before = holder === undefined || owners.indexOf(owner) < owners.indexOf(holder);
      return before && !subject.values.has(field);
    });
    return { ...subject, decision, toOpen, lacked };
  });
}

/** Of a person of whom no record exists: as outside every area. */
const unknownTo = ({ grounds }: Pack): Decision => ({
  outcome: 'refused',
  verdict: 'DENY',
  reason: 'SUBJECT_UNKNOWN',
  rule: grounds.outOfArea,
  fields: new Map(),
  heldBack: new Map(),
  obligations: [],
  consents: [],
  approvals: [],
});

/* A story card needs more than the decision about its fields: a tested text, and a cohort large enough to hide the person. */

/** One query of the cohort table per area. It reads no person's record. */
export async function loadCardCheck(
  deps: ReleaseDeps,
  { pack, session }: ReleaseCall,
  purpose: Purpose,
  text: string,
): Promise<CardCheck> {
  const dimension = dimensionOf(pack, purpose);
  const digits = areaDigits(pack, purpose);
  const areas = new Set(session.caller.areas.map((area) => area.slice(0, digits)));
  const found = await Promise.all(
    dimension === null
      ? []
      : [...areas].map((area) => readCohorts<CohortCell>(deps.tables.cohorts, dimension, area)),
  );
  return { text, dimension: dimension ?? WHOLE, cohorts: found.flat() };
}

/** @returns the decision, or a refusal instead: a card shows exactly the tested text and the counted values */
function checkCard(call: ReleaseCall, subject: OpenedSubject, decision: Decision): Decision {
  const { pack, ask, card, now } = call;
  const purpose = pack.purposes.get(ask.purpose);
  if (purpose?.fits === undefined || decision.outcome !== 'release') return decision;
  if (!card) return refused(decision, 'K_TOO_SMALL', purpose);
  const tested = findingOf(pack, purpose, { casework: subject.casework, text: card.text, now });
  if (!tested || tested.identifies) return refused(decision, 'TEXT_NOT_TESTED', purpose);
  const whole = [...purpose.cells.keys()].every((field) => decision.fields.has(field));
  return whole && fits(call, card, purpose, subject, decision)
    ? decision
    : refused(decision, 'K_TOO_SMALL', purpose);
}

function fits(
  { pack, session, ask, now }: ReleaseCall,
  card: CardCheck,
  purpose: Purpose,
  { item, values }: OpenedSubject,
  decision: Decision,
): boolean {
  const digits = areaDigits(pack, purpose);
  const county = item?.county ?? '';
  if (pack.cohorts === undefined || county === '' || digits > county.length) return false;
  const opened = new Map([...values].map(([field, [first]]) => [field, first?.value ?? null]));
  const context = { now, caller: session.caller, ask, values: opened, token: '' };
  const path = card.dimension === WHOLE ? [] : pathOf(pack.cohorts, card.dimension);
  const shown = path.map((name) => {
    const field = pack.cohorts?.dimensions.get(name)?.field ?? '';
    const decided = decision.fields.get(field);
    const value = decided && present(pack, field, decided, context)?.value;
    return value === undefined || value === null ? null : String(value);
  });
  if (shown.some((value) => value === null)) return false;
  const around = card.cohorts.filter((one) => one.county.startsWith(county.slice(0, digits)));
  return fitsEnough(
    pack,
    shown as string[],
    around.flatMap(({ cells }) => cells),
  );
}

/**
 * The dimension whose path consists of exactly the card's values besides the area. `null` if there is none:
 * then no card is made.
 */
function dimensionOf(pack: Pack, purpose: Purpose): string | null {
  const { cohorts, areaField } = pack;
  if (!cohorts) return null;
  const cells = [...purpose.cells].filter(([field]) => field !== areaField);
  const names = cells.map(([field, { how }]) => {
    const found = [...cohorts.dimensions].find(([, one]) => one.field === field && one.as === how);
    return found?.[0];
  });
  if (names.length === 0) return WHOLE;
  const fitting = names.find((name) => {
    const path = name === undefined ? [] : pathOf(cohorts, name);
    return path.length === names.length && names.every((one) => one !== undefined && path.includes(one));
  });
  return fitting ?? null;
}

/** The number of digits of the division code on the card; 0 counts the complete country. */
function areaDigits({ areaField, generalisations }: Pack, { cells }: Purpose): number {
  const level = generalisations.get(cells.get(areaField)?.how ?? '');
  return level?.by === 'prefix' ? level.digits : 0;
}

function refused(decision: Decision, reason: EngineReason, purpose: Purpose): Decision {
  const rule = (reason === 'K_TOO_SMALL' ? purpose.fits : undefined) ?? purpose.rule;
  return {
    ...decision,
    outcome: 'refused',
    verdict: 'DENY',
    reason,
    rule,
    fields: new Map(),
    heldBack: new Map(),
    obligations: [],
    approvals: [],
  };
}
