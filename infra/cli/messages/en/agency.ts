import { many } from '../../../../shared/plural.ts';

export const agency = {
  init: {
    what: 'make the keys of a new agency and print the JWKS that a steward registers',
    clientId: 'the name of the agency',
    out: 'file for the private keys; it must not exist',
    hybrid: 'also make a hybrid key (ML-KEM-768 with X25519): every program of the agency must open answers that are sealed to it',
  },
  rotate: "replace this agency's keys, in the gateway and in the key file",
  list: 'show the registered agencies, and changes that wait (for stewards and auditors)',
  register: {
    what: 'register an agency (two stewards)',
    file: 'JSON with clientId, name (by language), departments, roles, areas, purposes, actions, trainedUntil, and institution if it is one',
  },
  change: {
    what: "replace an agency's rights (two stewards; one, if nothing is added)",
    file: 'JSON as for register',
  },
  jwks: 'file with the public keys, as agency init prints them',
  jwksUrl: 'https address at which the agency publishes its keys',
  privateKeys: (path: string) => `${path} holds private keys and was not sent. --jwks takes the public keys that fieldgate agency init prints.`,
  eitherKeys: 'Give either --jwks or --jwks-url.',
  noJson: (path: string) => `There is no readable JSON file ${path}.`,
  waits: (until: string, entry: string, clientId: string) => `Waits for a second steward until ${until}: fieldgate agency confirm ${clientId} ${entry}\n`,
  waitsInList: (until: string, agency: string, outcome: string, officer: string, reason: string, entry: string) => `waits until ${until}  ${agency}  ${outcome} by ${officer} (${reason})  ${entry}\n`,
  nextCall: (clientId: string) => `Its first call: fieldgate whoami --as ${clientId}\n`,
};

export const add = {
  what: 'walk through a new agency: its kind, its rights, its keys, and its first call (two stewards)',
  clientId: 'name of the agency: small letters, digits and -',
  kind: 'kind of office: a role of the policy, whose purposes it gets',
  name: 'its name (repeat for each language), such as zh=…',
  area: 'division code of its area (repeat, or separate by commas)',
  department: 'department for which it acts, if its kind has several',
  purpose: 'only these purposes of its kind (repeat, or separate by commas)',
  institution: 'of an institution whose people it may ask about: its name, as records have it',
  trainedUntil: 'day until which the training of its officers counts',
  stores: 'it also stores records of its own (intake)',
  jwks: 'file with its public keys; without it keys are made, or read if they were made before',
  ask: { kind: 'kind of office' },
  noKind: (kind: string, near: string | null) => `No kind of office is called ${kind}.${near === null ? '' : ` The nearest is ${near}.`}`,
  nameDepartment: (codes: string) => `Name its department: --department, one of ${codes}.`,
  missing: (option: string, choices: string | undefined) => `Give ${option}.${choices === undefined ? '' : ` One of:\n${choices}`}`,
  second: (until: string, clientId: string, entry: string, office: string) =>
    `A second steward confirms it before ${until}:
  fieldgate login <second steward>
  fieldgate agency confirm ${clientId} ${entry} --as ${office} --officer <second steward> --reason "…"

`,
  firstCall: (clientId: string) => `Then its first call:\n  fieldgate whoami --as ${clientId}\n`,
};

export const init = {
  badClientId: 'A client id holds small letters, digits and - only, 63 at most.',
  noKeySet: (path: string) => `${path} holds no public keys as agency init prints them.`,
  taken: 'The keys of the previous rotation are in force. The file now contains them.\n',
  unwritable: (path: string) => `${path} can't be written, or already exists.`,
};

export const history = {
  what: 'show each change of a registration: who, why, what it added (for auditors)',
  none: 'No entry is about this agency.\n',
};

export const keys = {
  ref: "the person, by this agency's own reference",
  intoMatch: 'the record that stays, by a field of the policy that identifies: reader_no=R-1',
  double: "the double, by this agency's own reference",
  noWait: 'only start the job and show its id',
  nameInto: 'name the record that stays, or --stop, or --undo',
  started: (id: string) => `Job ${id}; it continues without this command.\n`,
  items: 'items',
  of: (n: number) => ` of ${n}`,
  problem: (code: string) => ` It is waiting for a service (${code}).`,
  failed: (n: number) => ` ${n} could not be processed: see the gateway's own log.`,
  left: (classes: readonly string[]) => ` Left as they were, their KMS keys being off: ${classes.join(', ')}.`,
  suite: (name: string, keys: number) => ` Suite ${name}: ${many(keys, 'data key')}.`,
  jobOf: (kind: string, class_: string) => `${kind} of ${class_}`,
  job: (id: string, what: string, state: string, done: number, of: string, changed: number, waits: string, failed: string) => `${id}: ${what} ${state}, ${of === '' ? many(done, 'item') : `${done}${of} items`}, ${changed} changed.${waits}${failed}\n`,
};
