/** What the sidecar's own description says of its routes. */

export const about = {
  'GET /whoami':
    'The registration of the agency, and what is left of its limits; with `officer`, of that officer too',
  'GET /catalogue': 'Purposes and fields, and the form of each field that the agency may get',
  'GET /schema': 'JSON Schema of a record: the form, examples and allowed values of each field',
  'GET /programmes':
    'The programmes of the policy, with what is `left` today of those that the agency may check',
  'POST /find': 'The own reference of a person whose number the agency has; an entry of the log',
  'POST /intake': 'Store or change fields of the own department; any number of records up to 64 MB',
  'POST /release':
    'The fields that a purpose allows about named people, opened. 202 is a request that was filed with the owners instead: collect it once they have approved',
  'POST /verify': 'Whether a person is eligible for a programme, with a proof to keep',
  'POST /release-list':
    'as /release about any number of people, in as many requests as the purpose needs: a line for each, `row` is its place',
  'POST /verify-list':
    'Verify any number of people, each as in `subject` of a verification: one line for each, with `row`, its position',
  'POST /lists/{id}':
    'Let the gateway verify people by itself. The id is 16 random bytes in base64url: the same list may be submitted again',
  'GET /lists/{id}': 'How far a submitted list is: `open`, `done`, or `stopped` by a `code`',
  'GET /lists/{id}/results': 'The results of one part of 50 rows, from `part` 0 on',
  'POST /lists/{id}/end': 'End a submitted list, and delete its rows and results',
  'POST /receipt': 'The complete check of a receipt; `wait` in milliseconds, until the log holds its entry',
  'GET /requests': 'Requests for fields that need an approval: `box` is `sent` or `received`',
  'POST /requests': 'File a request for fields that need an approval',
  'GET /requests/{id}': 'One request with the state of each field',
  'POST /requests/{id}/approve': 'Approve fields of a request, as their owner',
  'POST /requests/{id}/refuse': 'Refuse fields of a request, or revoke an approval',
  'POST /requests/{id}/ask-material':
    'Say what is missing to decide, by codes of the policy; the time of the owner stands still',
  'POST /requests/{id}/supply': 'Supply what the owners lack, as the office that sent the request',
  'POST /requests/{id}/dispute': 'Dispute a refusal before the superior of the department that refused',
  'POST /requests/{id}/withdraw': 'Withdraw an own request',
  'POST /requests/{id}/collect':
    'The approved fields of the people of a request, named in the same order: one line for each hundred people, with `from`. What was collected before is left out',
  'GET /tasks':
    'The inbox of the agency, soonest due first; `mine=yes` for those that the officer on this machine has in hand',
  'GET /tasks/counts': 'How many tasks are open, in hand, due today and overdue, and how many of each kind',
  'POST /tasks/{id}/take': 'Take a task in hand: colleagues see it; it locks nothing',
  'POST /tasks/{id}/give-back': 'Give back a task that was in hand',
  'POST /tasks/{id}/complete': 'Close a task that a person has done',
  'GET /consents': 'The consents on file about a person, by reference',
  'POST /consents': 'File a consent',
  'POST /consents/{id}/confirm': 'Confirm a consent that its recipient filed',
  'POST /consents/{id}/code': 'A one-time code for the giver, who stands at the desk',
  'POST /consents/{id}/withdraw': 'Withdraw a consent; it counts from the next release on',
  'GET /cases': 'The registered cases of the agency',
  'POST /cases': 'Open a case; it counts once a second person has confirmed it',
  'GET /cases/{id}': 'One case with its officers and the number of its people',
  'POST /cases/{id}/assign': 'Assign a case to other officers',
  'POST /cases/{id}/confirm': 'Confirm a case, as the second person',
  'POST /cases/{id}/close': 'Close a case; no later release uses it',
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
  lines:
    'One JSON object a line as it comes. The last line is `{"done": n}`, or `{"problem": …}`; without it the list was cut',
  problem: 'A problem with `code`; 502 if the gateway cannot be reached or its answer is invalid',
  subject: 'A person: by `ref`, the agency’s own reference, or by match keys that must all agree',
};
