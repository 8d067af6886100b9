import type { caseRoutes } from '../../routes/cases.ts';
import type { WordsOf } from '../typed.ts';

export const cases = {
  routes: {
    'POST /v1/cases': 'Open a case about people for one purpose; it counts once it is confirmed',
    'GET /v1/cases': "The office's cases, those that end soonest first; for auditors, those of an agency",
    'GET /v1/cases/:id': 'One case',
    'POST /v1/cases/:id/confirm': 'Confirm a case that another person opened',
    'POST /v1/cases/:id/assign': 'Assign a case to officers, in place of those before',
    'POST /v1/cases/:id/close': 'Close a case, which ends its releases at once',
  },
  members: {
    again: ['Again', 'A person had a case of the office for this purpose before: then another line confirms it'],
    agency: ['Agency', 'Client id of the office whose case it is'],
    'query.agency': ['Agency', 'For auditors: only cases of this agency'],
    'closed.by': ['Closed by', 'Client id of the office that closed it'],
    'opened.by': ['Opened by', 'Client id of the office that opened it'],
    'answer.case': ['Case', 'The case after the act; of one case, the office’s number'],
    'body.case': ['Number', 'The office’s number of the case'],
    'case.case': ['Number', 'The office’s number of the case'],
    'cases.case': ['Number', 'The office’s number of the case'],
    cases: ['Cases', 'The cases, those that end soonest first'],
    from: ['From', 'When it begins to count, RFC 3339 in UTC; absent before it is confirmed'],
    'path.id': ['Case', 'Id of the case'],
    'opened.officer': ['Officer', 'The officer who opened it'],
    officers: ['Officers', 'Officers of the office to whom the case is assigned'],
    opened: ['Opened', 'The opening: agency, time and reason'],
    refs: ['References', 'Those by which the office named people in the case itself; a person whom it named by number has none here'],
    state: ['State', '`waiting` to be confirmed, `open`, `ended` by its time, or `closed`'],
    subjects: ['Names', 'How many names it is about; two of them may be of one person'],
    'body.subjects': ['People', 'The people, each by the caller’s own reference (`ref`) or by match keys (`match`); at most as many as one request of the purpose may name'],
    until: ['Until', 'End of the window; of a case that waits, end of the wait; RFC 3339 in UTC'],
    waitsFor: ['Waits for', 'While it waits: the agency whose supervisor is asked to confirm it, or the department'],
    with: ['How', 'Confirmed by a `person` or by the `register`'],
  },
} satisfies WordsOf<typeof caseRoutes>;
