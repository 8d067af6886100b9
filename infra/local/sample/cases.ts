/**
 * The special children for reviewers: one of each kind in each hundred, at a fixed position, so that a test
 * or a tour can name them. All others are drawn at random.
 */
const PLACES = [
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
] as const;
export type Case = (typeof PLACES)[number][0];

const BY_PLACE = new Map<number, Case>(
  PLACES.flatMap(([name, places]) => places.map((place) => [place, name] as const)),
);

/** The case of the child with this number (from 0), or `null` for an ordinary child. */
export function caseOf(index: number): Case | null {
  return BY_PLACE.get(index % 100) ?? null;
}
