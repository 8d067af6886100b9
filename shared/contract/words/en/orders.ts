import type { freezeRoutes, recusalRoutes } from '../../routes/freezes.ts';
import type { holdRoutes } from '../../routes/holds.ts';
import type { WordsOf } from '../typed.ts';

export const orders = {
  routes: {
    'POST /v1/freezes': 'Stop a subject, agency, officer, purpose or class at once (action casework, steward or audit)',
    'GET /v1/freezes': 'Freezes in force: of agencies, officers, purposes and classes; of people for stewards and auditors',
    'GET /v1/freezes/:id': 'One freeze, and how many requests it refused, in steps (for stewards and auditors)',
    'DELETE /v1/freezes/:id': 'Lift a freeze (two people: the first is answered 202, the second 200)',
    'POST /v1/recusals': 'Register the number of an own officer, or of the household of one: a look of the office at that person, or at people whom that person represents, is an alert to auditors',
    'POST /v1/holds': 'Order that a record, or fields of it, is kept (the first of two people of a body that may order it)',
    'GET /v1/holds': 'Legal holds in force: all for auditors, its own for an office. None names a person',
    'POST /v1/holds/:id/confirm': 'Put a legal hold in force (the second person of the office)',
    'DELETE /v1/holds/:id': 'Lift a legal hold (two people: the first is answered 202, the second 200)',
  },
  members: {
    at: ['Time', 'When it was requested or done, RFC 3339 in UTC'],
    by: ['By', 'Client id of the agency that ordered it'],
    'lifting.by': ['Asked by', 'Client id of the agency that asks'],
    fields: ['Fields', 'The fields that are kept; absent: the complete record'],
    freeze: ['Freeze', 'The freeze after the act'],
    freezes: ['Freezes', 'The freezes in force'],
    hold: ['Hold', 'The legal hold after the act'],
    holds: ['Holds', 'The legal holds in force'],
    'path.id': ['Id', 'Id of the freeze or the hold'],
    'target.kind': ['Kind', '`subject`, `agency`, `officer`, `purpose` or `class`'],
    lifting: ['Lifting', 'The request to lift it that waits for a second person'],
    match: ['Number', 'A number by which people are found; only keyed tokens of it are stored'],
    of: ['Of', 'The officer whose number it is, or whose household’s, by the name that the office uses'],
    'said.officer': ['Officer', 'The officer who froze it'],
    'target.officer': ['Officer', 'An officer of the agency, by the name that it uses in its requests'],
    'said.reason': ['Reason', 'Why it was frozen'],
    said: ['Said', 'The officer who froze it, and why: for the office that did, stewards and auditors'],
    state: ['State', '`requested`, `in-force` or `lifted`'],
    stopped: ['Stopped', 'At least so many answers were refused, or had the class left out: 0, 1, 10 or 100'],
    'target.subject': ['Person', 'The person, by reference or by match keys'],
    target: ['Target', 'What is stopped: one of a person, an agency, one of its officers, a purpose or a class'],
    until: ['Until', 'When a freeze of a person ends by itself, RFC 3339 in UTC'],
    'lifting.until': ['Until', 'When the request ends, RFC 3339 in UTC'],
  },
} satisfies WordsOf<typeof freezeRoutes | typeof holdRoutes | typeof recusalRoutes>;
