/** Codes of the pack's purposes and prohibited uses. Written by `fieldgate pack check --write`. */
export default [
  'A1',
  'C1',
  'C2',
  'D1',
  'E1',
  'F1',
  'H1',
  'J1',
  'J2',
  'K1',
  'M1',
  'N1',
  'PX1',
  'PX2',
  'PX3',
  'PX4',
  'PX5',
  'PX6',
  'PX7',
  'PX8',
  'R1',
  'S1',
  'W1',
  'W2',
  'W3',
  'W4',
  'X1',
];

/** The zone in which the pack counts days. */
export const zone = { utcOffsetMinutes: 480 };

/** By route the first purpose that it serves, and the fields by which people are found. */
export const defaults = {
  purposes: {
    'harm-reports': 'R1',
    inquiries: 'X1',
    'leak-checks': 'N1',
    statistics: 'A1',
    'story-cards': 'M1',
    verifications: 'C1',
  },
  matchKeys: ['id_number'],
};
