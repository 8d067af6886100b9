/** What no registration may say. */

import type { Rights } from '../../../shared/contract/routes/agencies.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { Agency } from '../../../shared/identity/agencies/agencies.ts';
import { readJwksUrl, readKeySet } from '../../../shared/identity/agencies/jwks-url.ts';
import { hasForeignKey } from '../../../shared/identity/agencies/key-claims.ts';
import { readPeople } from '../../../shared/identity/people/people.ts';
import type { Json } from '../../../shared/json.ts';
import type { Text } from '../../../shared/language.ts';
import { httpTexts } from '../../../shared/messages/http.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { fits } from '../../../shared/policy/check/validate.ts';
import { apartBy } from '../../../shared/policy/decide/apart.ts';
import { CONTRACT_KEPT } from '../../../shared/policy/decide/contracts.ts';
import { endOf, startOf } from '../../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { dayOf, isoOf, parseDay } from '../../../shared/policy/value/age.ts';
import type { StewardDeps } from '../deps.ts';

type Contracts = NonNullable<Agency['contracts']>;

/**
 * @param before the record that is replaced; a training date that it has already is not looked at again
 * @throws Problem INVALID_REQUEST
 */
export function checkRights(pack: Pack, rights: Rights, before: Agency | null, now: number): void {
  checkNames(pack, rights);
  const shape = pack.fields.get(pack.areaField)?.shape;
  const over = pack.areasUnder ?? {};
  if (!shape || !rights.areas.every((area) => fits(shape, area) || Object.hasOwn(over, area)))
    throw invalid('/areas', httpTexts.divisionCode);
  const rule = apartBy(pack, rights);
  if (rule !== null) {
    const errors = [{ path: '/roles', message: stewardTexts.neverBoth }];
    throw new Problem('INVALID_REQUEST', { rule, errors });
  }
  checkContracts(pack, rights.contracts ?? before?.contracts ?? [], before?.contracts ?? [], now);
  if (rights.trainedUntil !== before?.trainedUntil) checkTraining(pack, rights.trainedUntil, now);
}

function checkNames(pack: Pack, { departments, purposes, roles, byPeople = [] }: Rights): void {
  const known: [string, readonly string[], ReadonlyMap<string, unknown>][] = [
    ['/departments', departments, pack.departments],
    ['/purposes', purposes, pack.purposes],
    ['/roles', roles, pack.roles],
    ['/byPeople', byPeople, new Map(purposes.map((code) => [code, code]))],
  ];
  for (const [path, names, knows] of known) {
    const unknown = names.find((name) => !knows.has(name));
    if (unknown !== undefined) throw invalid(path, unknownName(unknown, knows.keys()));
    if (new Set(names).size !== names.length) throw invalid(path, stewardTexts.nameRepeated);
  }
}

/** Names a known name, never the one that was sent. */
function unknownName(name: string, known: Iterable<string>): Text {
  const nearest = nearestOf(name, known);
  return nearest === null ? stewardTexts.nameUnknown : stewardTexts.nameUnknownNear(nearest);
}

/** What has begun is taken away three years after its end, so that the list answers for what was given. */
function checkContracts(pack: Pack, contracts: Contracts, before: Contracts, now: number): void {
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  for (const [index, { from, until, supervisor }] of contracts.entries()) {
    const at = `/contracts/${index}`;
    if (until < from) throw invalid(`${at}/until`, httpTexts.date);
    if (!pack.departments.has(supervisor))
      throw invalid(`${at}/supervisor`, unknownName(supervisor, pack.departments.keys()));
  }
  const begun = before.filter(({ from, until }) => {
    const [first, last] = [parseDay(from) ?? today, parseDay(until) ?? today];
    return first <= today && last + CONTRACT_KEPT > today;
  });
  const stays = ({ reference, document, from }: Contracts[number]) =>
    contracts.some((one) => one.reference === reference && one.document === document && one.from === from);
  if (!begun.every(stays)) throw invalid('/contracts', stewardTexts.contractKept);
}

/** A record counts to the end of its last day, and no longer than the policy's time from today. */
function checkTraining(pack: Pack, trainedUntil: string, now: number): void {
  const last = parseDay(trainedUntil.slice(0, 10));
  if (last === null) throw invalid('/trainedUntil', httpTexts.date);
  const end = startOf(pack.calendar, last + 1);
  if (end <= now) throw invalid('/trainedUntil', stewardTexts.trainingEnded);
  const latest = endOf(pack.calendar, pack.training.longest, now);
  if (end > latest) {
    const day = isoOf(dayOf(latest, pack.calendar.utcOffsetMinutes) - 1);
    throw invalid('/trainedUntil', stewardTexts.trainingTooLong(day));
  }
}

/**
 * The issuer of the agency's own people, as the record keeps it. Its address is public and https: the gateway asks
 * it for keys.
 * @param own the setting of the gateway's issuer
 * @throws Problem INVALID_REQUEST
 */
export function readIssuer(people: Json | undefined, own: string): { people?: string } {
  if (people === undefined || people === null) return {};
  const text = JSON.stringify(people);
  const read = settingsOf(text);
  if (!read || !readJwksUrl(read.issuer.endsWith('/') ? read.issuer : `${read.issuer}/x`))
    throw invalid('/people', stewardTexts.issuerExpected);
  if (own !== 'none' && settingsOf(own)?.issuer === read.issuer)
    throw invalid('/people', stewardTexts.ownIssuer);
  return { people: text };
}

function settingsOf(text: string) {
  try {
    return readPeople(text);
  } catch {
    return null;
  }
}

/** @throws Problem INVALID_REQUEST. */
export function readKeys(
  jwks: Json | undefined,
  jwksUri: string | undefined,
): Pick<Agency, 'jwks' | 'jwksUri'> {
  if (jwksUri !== undefined) {
    if (!readJwksUrl(jwksUri)) throw invalid('/jwksUri', stewardTexts.keysUrl);
    return { jwks: { keys: [] }, ...defined({ jwksUri }) };
  }
  const keys = readKeySet(jwks);
  if ('fault' in keys) throw invalid('/jwks', keys.fault);
  return { jwks: { keys } };
}

/** @throws Problem INVALID_REQUEST if another agency has, or had, one of these keys */
export async function requireFreeKeys(
  { tables }: Pick<StewardDeps, 'tables'>,
  agency: Agency,
): Promise<void> {
  if (await hasForeignKey(tables.agencies, agency)) throw foreignKey(agency);
}

export function foreignKey({ jwksUri }: Pick<Agency, 'jwksUri'>): Problem {
  const path = jwksUri === undefined ? '/jwks' : '/jwksUri';
  return invalid(path, stewardTexts.foreignKey);
}
