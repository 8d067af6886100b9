import type { sourceRoutes } from '../../routes/sources.ts';
import type { WordsOf } from '../typed.ts';

export const sources = {
  routes: {
    'POST /v1/sources': 'Reports a run that keeps the gateway equal to a database of the office: counts and codes, and nothing of a row',
    'GET /v1/sources': 'Databases from which offices are kept up to date, each with its last run: the office’s own, or for auditors those of all',
  },
  members: {
    sources: ['Sources', 'The sources, in the order of office and name'],
    source: ['Source', 'Name of the source in the office’s mapping'],
    'query.agency': ['Agency', 'Only of this agency'],
    every: ['Every', 'Minutes between two runs of the service; `null` for runs by hand alone'],
    'body.every': ['Every', 'Minutes between two runs of the service; 0 once there is none any more; default: as before'],
    since: ['First run', 'When it first reported a run, RFC 3339 in UTC'],
    good: ['Last good run', 'When a run last ended well, RFC 3339 in UTC; `null` if none did'],
    silent: ['Silent since', 'Since when its service has been silent for longer than the policy allows, RFC 3339 in UTC; `null` if it is not'],
    last: ['Last run', 'The last run'],
    'last.at': ['Last run', 'When its report arrived, RFC 3339 in UTC'],
    at: ['Time', 'When the report arrived, RFC 3339 in UTC'],
    seconds: ['Seconds', 'How long the run took'],
    rows: ['Rows', 'Numbers of rows; absent if the run failed before it knew them'],
    read: ['Read', 'Rows that were read'],
    added: ['New', 'Rows that were sent for the first time'],
    changed: ['Changed', 'Rows that were sent because they changed'],
    gone: ['Gone', 'Rows that went and whose fields were emptied'],
    same: ['As before', 'Rows that needed nothing'],
    failed: ['Refused', 'Rows that the gateway refused'],
    left: ['Left', 'Rows that went and whose fields were left as they are'],
    faults: ['Faults', 'Number of faults by their code'],
    failure: ['Failure', 'Code of what ended the run; absent if it ended well'],
  },
} satisfies WordsOf<typeof sourceRoutes>;
