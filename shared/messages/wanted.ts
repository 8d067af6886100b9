/** The form that a value should have, as the texts read it; a shape of a pack is one. */
export type Wanted =
  | { is: 'text'; max: number; pattern?: string; example?: string }
  | { is: 'one of'; values: readonly (string | number)[] }
  | { is: 'date' | 'month' | 'boolean' }
  | { is: 'number'; min: number; max: number }
  | { is: 'record'; members: Readonly<Record<string, Wanted>>; optional: readonly string[] }
  | { is: 'list'; of: Wanted; max: number }
  | { is: 'either'; of: readonly Wanted[] };

/** What is wrong at a place of a value. */
export type Wrong = 'type' | 'blank' | 'long' | 'pattern' | 'values' | 'day' | 'range' | 'many' | 'missing' | 'unknown';
