import type { insightRoutes } from '../../routes/insight.ts';
import type { postingRoutes } from '../../routes/posting.ts';
import type { WordsOf } from '../typed.ts';

export const insight = {
  routes: {
    'POST /v1/statistics': 'Counts of people by what the policy counts them by, ten or more each, rounded',
    'POST /v1/leak-checks': 'Whether texts that were found elsewhere identify a person with a record: match or no match',
    'POST /v1/posting-checks': 'Which columns of a list may not be posted, by the form of the list alone',
  },
  members: {
    areas: ['Areas', 'Codes of areas, or prefixes of them; default: the caller’s areas'],
    'answer.areas': ['Areas', 'Counts by area'],
    'answer.by': ['Dimensions', 'Dimensions of each cell: the requested one, and its parents'],
    'body.by': ['By', 'Dimension of the policy’s cohorts by which people are counted; default: people per county'],
    'findings.by': ['Seen by', 'Whether the `heading` or the `values` show it'],
    candidates: ['Texts', 'Texts that may identify a person: numbers, names, phones, addresses, or lines of a list'],
    cells: ['Cells', 'Counts; a missing cell has no people or too few, or would reveal a cell with too few'],
    columns: ['Columns', 'Findings for each column, in the order of the list; a column without one may be posted'],
    'body.columns': ['Columns', 'Columns of the list'],
    'cells.count': ['People', 'Rounded number of people'],
    countedAt: ['Counted', 'When people were counted, RFC 3339 in UTC'],
    findings: ['Findings', 'Why the column may not be posted'],
    heading: ['Heading', 'Heading of the column'],
    'findings.kind': ['Kind', 'Kind of data that the column seems to hold'],
    'findings.label': ['Name', 'What this kind is called, by language tag'],
    may: ['May be posted', 'Whether it may be posted, as far as its form says'],
    results: ['Results', 'In the order of the texts: `MATCH`, `NEAR` (it may be meant for a person) or `NO_MATCH`'],
    'cells.values': ['Values', 'The cell’s value of each dimension'],
    'columns.values': ['Values', 'Values of the column; if absent, the heading alone decides'],
    'findings.values': ['Values', 'How many values show it'],
  },
} satisfies WordsOf<typeof insightRoutes | typeof postingRoutes>;
