/** What the sidecar's own description says of its routes. */

export const about = {
  'GET /whoami': 'The registration of the agency, and what is left of its limits; with `officer`, of that officer too',
  'GET /catalogue': 'Purposes and fields, and the form of each field that the agency may get',
  'GET /schema': 'JSON Schema of a record: the form, examples and allowed values of each field',
  'GET /programmes': 'The programmes of the policy, with what is `left` today of those that the agency may check',
  'POST /find': 'The own reference of a person whose number the agency has; an entry of the log',
  'POST /intake': 'Store or change fields of the own department; any number of records up to 64 MB',
  'POST /release': 'The fields that a purpose allows about named people, opened. 202 is a request that was filed with the owners instead: collect it once they have approved',
  'POST /verify': 'Whether a person is eligible for a programme, with a proof to keep',
  'POST /release-list': 'as /release about any number of people, in as many requests as the purpose needs: a line for each, `row` is its place',
  'POST /verify-list': 'Verify any number of people, each as in `subject` of a verification: one line for each, with `row`, its position',
  'POST /lists/{id}': 'Let the gateway verify people by itself. The id is 16 random bytes in base64url: the same list may be submitted again',
  'GET /lists/{id}': 'How far a submitted list is: `open`, `done`, or `stopped` by a `code`',
  'GET /lists/{id}/results': 'The results of one part of 50 rows, from `part` 0 on',
  'POST /lists/{id}/end': 'End a submitted list, and delete its rows and results',
  'POST /receipt': 'The complete check of a receipt; `wait` in milliseconds, until the log holds its entry',
  'POST /requests': 'File a request for fields that need an approval',
  'POST /requests/{id}/collect': 'The approved fields of the people of a request, named in the same order: one line for each hundred people, with `from`. What was collected before is left out',
  'GET /log': 'One page of the log, for auditors; hand `next` in as `cursor`',
};

/** What the sidecar itself refuses. */
export const refused = {
  browser: 'Browsers are refused.',
  secret: 'The secret of the sidecar is missing or wrong.',
  route: 'There is no such route; GET / lists them.',
  type: 'The body must be application/json.',
  large: 'The body needs a Content-Length of at most 64 MB.',
  object: 'The body must be a JSON object.',
  members: (all: string) => `The members are: ${all}.`,
  noMembers: 'The members are: none.',
  missing: (name: string) => `${name} is missing.`,
  wrongType: (name: string, type: string) => `${name} must be of type ${type}.`,
  unknown: 'A member is not known.',
  near: (name: string) => `A member is not known; is ${name} meant?`,
};

export const openapi = {
  title: 'Sidecar of a Fieldgate gateway',
  what: 'Plain JSON for programs on this machine. Tokens, proofs, seals and receipts are handled inside. Answers are those of the gateway, whose own description is at its /openapi.json.',
  answer: 'The answer',
  filed: 'Nothing was released: the owners have to approve it first. This is the request that was filed',
  lines: 'One JSON object a line as it comes. The last line is `{"done": n}`, or `{"problem": …}`; without it the list was cut',
  problem: 'A problem with `code`; 502 if the gateway cannot be reached or its answer is invalid',
  subject: 'A person: by `ref`, the agency’s own reference, or by match keys that must all agree',
};
