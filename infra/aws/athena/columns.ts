/** The tables that queries read: columns with their types in Hive's words, by the member of a line that each one is. */

const strings = (...names: string[]) => names.map((name): [string, string] => [name, 'string']);

/** CloudTrail's records, of which queries need these members. */
export const TRAIL: ReadonlyMap<string, string> = new Map([
  ...strings(
    'eventname',
    'eventsource',
    'eventtime',
    'errorcode',
    'requestparameters',
    'eventid',
    'sharedeventid',
  ),
  ['useridentity', 'struct<arn:string>'],
]);

/** See `functions/sequencer/extract.ts`. */
export const CLAIMS: ReadonlyMap<string, string> = new Map([
  ...strings(
    'entry',
    'kind',
    'agency',
    'purpose',
    'programme',
    'code',
    'subject',
    'logid',
    'unopened',
    'completes',
  ),
  ...([
    ['ms', 'bigint'],
    ['keys', 'array<string>'],
    ['erased', 'boolean'],
  ] as const),
]);

export const ACTS: ReadonlyMap<string, string> = new Map([
  ...strings(
    'id',
    'time',
    'kind',
    'operation',
    'agency',
    'client',
    'officer',
    'officerby',
    'person',
    'purpose',
  ),
  ...strings('programme', 'collection', 'rule', 'outcome', 'event', 'about', 'attempt'),
  ...([
    ['leaf', 'bigint'],
    ['departments', 'array<string>'],
    ['owners', 'array<string>'],
    ['forms', 'array<string>'],
    ['policy', 'struct<version:string,hash:string,basis:string,lawful:string>'],
  ] as const),
]);
