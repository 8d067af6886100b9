import type { requestRoutes } from '../../routes/requests.ts';
import type { WordsOf } from '../typed.ts';

export const requests = {
  routes: {
    'POST /v1/requests': 'Ask the owners for fields that a purpose gives only with an approval',
    'GET /v1/requests': 'Requests that this office sent, or may answer; newest first',
    'GET /v1/requests/:id': 'One request',
    'POST /v1/requests/:id/approve': 'Approve fields of a request, as an owner of theirs in another line than the requester',
    'POST /v1/requests/:id/refuse': 'Refuse fields of a request, or take back what was approved',
    'POST /v1/requests/:id/ask-material': 'Say what is missing to decide on fields of a request; the time of the owner stands still',
    'POST /v1/requests/:id/supply': 'Supply what the owners lack, as the office that sent the request',
    'POST /v1/requests/:id/dispute': 'Dispute a refusal before the superior of the department, as the office that sent the request',
    'POST /v1/requests/:id/withdraw': 'Withdraw a request, as the office that sent it',
  },
  members: {
    agency: ['Requester', 'Client id of the agency that sent it'],
    at: ['Filed', 'When it was filed, RFC 3339 in UTC'],
    box: ['Box', '`sent`: requests of this agency; `received` (default): those that it may answer'],
    'answer.counts': ['Counts', 'How many requests of the box are open, wait for the caller, and are of its officer'],
    'query.counts': ['Count', '`yes`: the answer also counts the box'],
    'counts.due': ['Due', 'Requests that wait for this agency'],
    'query.due': ['Due', '`yes`: only those that wait for this agency'],
    'path.id': ['Request', 'Id of the request'],
    mine: ['Decidable', 'Fields that the viewer may decide'],
    'counts.mine': ['Mine', 'Requests of the caller’s officer'],
    'query.mine': ['Mine', '`yes`: only those that the caller’s officer sent, or whose task the officer has in hand'],
    'body.missing': ['Missing', 'Codes of all that is missing to decide, because it is asked for once'],
    'counts.more': ['More', 'Whether there are more than were counted'],
    'counts.open': ['Open', 'Requests that are not ended'],
    'answer.refs': ['References', 'The viewer’s own references of the people; a list gives the first hundred of each request'],
    'requests.refs': ['References', 'The viewer’s own references of the people; a list gives the first hundred of each request'],
    requests: ['Requests', 'The requests, newest first'],
    state: ['State', '`submitted`, `material`, `approved`, `refused`, `withdrawn`, `expired` or `collected`'],
    'body.subjects': ['People', 'The people, each by the caller’s own reference (`ref`) or by match keys (`match`)'],
    text: ['Text', 'Digest of the text for publication that is asked about, base64url'],
    'body.why': ['Why', 'Of a refusal: the owner’s reason by a code of the policy, if the policy asks for one'],
  },
} satisfies WordsOf<typeof requestRoutes>;
