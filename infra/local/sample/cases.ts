/**
 * The special children for reviewers: one of each kind in each hundred, at a fixed position, so that a test
 * or a tour can name them. All others are drawn at random.
 */
export type Case =
  | 'turns-14-tomorrow'
  | 'turns-14-today'
  | 'turned-14-yesterday'
  | 'turns-18-tomorrow'
  | 'turns-18-today'
  | 'turned-18-yesterday'
  | 'leap-day'
  | 'foundling'
  | 'foundling-disabled'
  | 'foundling-near-14'
  | 'sex-digit-mismatch'
  | 'birth-date-mismatch'
  | 'owners-disagree-on-age'
  | 'guardian-conflict'
  | 'guardian-conflict-teen'
  | 'guardianship-revoked'
  | 'state-guardian'
  | 'entrusted'
  | 'hiv'
  | 'harm'
  | 'shelter'
  | 'witness'
  | 'adoption'
  | 'cannot-express-will'
  | 'cannot-express-will-teen'
  | 'compound-surname'
  | 'dotted-name'
  | 'one-character-name'
  | 'long-name'
  | 'check-character-x'
  | 'student-number-l'
  | 'no-phone'
  | 'newcomer'
  | 'infant'
  | 'preschool'
  | 'neighbour';

const PLACES: readonly (readonly [Case, readonly number[]])[] = [
  ['turns-14-tomorrow', [1]],
  ['turns-14-today', [2]],
  ['turned-14-yesterday', [3]],
  ['turns-18-tomorrow', [4]],
  ['turns-18-today', [5]],
  ['turned-18-yesterday', [6]],
  ['leap-day', [7]],
  ['foundling', [10, 11]],
  ['foundling-disabled', [12]],
  ['foundling-near-14', [13]],
  ['sex-digit-mismatch', [15, 16]],
  ['birth-date-mismatch', [17]],
  ['owners-disagree-on-age', [18]],
  ['guardian-conflict', [20, 21]],
  ['guardian-conflict-teen', [22]],
  ['guardianship-revoked', [23, 24]],
  ['state-guardian', [25, 26]],
  ['entrusted', [27, 28]],
  ['hiv', [30, 31]],
  ['harm', [32]],
  ['shelter', [33]],
  ['witness', [34]],
  ['adoption', [35]],
  ['cannot-express-will', [37]],
  ['cannot-express-will-teen', [38]],
  ['compound-surname', [40, 41]],
  ['dotted-name', [42, 43]],
  ['one-character-name', [44]],
  ['long-name', [45]],
  ['check-character-x', [46]],
  ['student-number-l', [47, 48]],
  ['no-phone', [49]],
  ['newcomer', [50]],
  ['infant', [51]],
  ['preschool', [52, 53]],
  ['neighbour', [97, 98, 99]],
];
const BY_PLACE = new Map(PLACES.flatMap(([name, places]) => places.map((place) => [place, name] as const)));

/** The case of the child with this number (from 0), or `null` for an ordinary child. */
export function caseOf(index: number): Case | null {
  return BY_PLACE.get(index % 100) ?? null;
}
