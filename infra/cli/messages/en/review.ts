import { many } from '../../../../shared/plural.ts';

export const review = {
  what: 'review the log: list what waits, give verdicts, report',
  help: `
  fieldgate log review --as audit-office --from 7d
  fieldgate log review verdict justified <entry> --as audit-office
  fieldgate log review report --as audit-office --from 2026-11-01 --to 2026-11-30
  fieldgate log review compare <entry> --as audit-office`,
  queue: {
    what: 'list what waits for a verdict, in groups of entries alike, the most urgent first (the default)',
    sums: (open: number, reviewed: number) => `${open} to review, ${reviewed} with a verdict.\n`,
    older: (to: string) => `Older entries are left, and no older alert: --to ${to}\n`,
    next: '\nfieldgate log entry <entry> shows one whole; fieldgate log review verdict justified|questioned|violation <entry> gives the verdict.\n',
  },
  verdict: {
    what: 'give a verdict on entries or alerts of other agencies',
    word: 'justified, questioned or violation; of an alert also acknowledged',
    entries: 'entries; - reads one a line from standard input',
    note: 'a sentence with the verdict',
    supersedes: 'your own earlier verdict on this entry, which this one replaces',
    supersedesOne: '--supersedes is about one entry.',
    noEntry: 'Name at least one entry.',
    earlier: (entry: string) => `your verdict stands in ${entry}: --supersedes ${entry} replaces it`,
    help: `
A repeat gets the receipt of the first time. All entries of a group:
  fieldgate log review queue --as audit-office --json | jq -r '.data[0].ids[]' |
    fieldgate log review verdict justified - --as audit-office --note "the yearly check"`,
  },
  report: {
    what: 'report the review of a period; the log keeps the digest of its figures in your name',
    from: 'start of the period',
    to: 'end of the period; a day is included, today until now (default: now)',
    preview: 'only show the figures',
    title: 'Report of the review',
    period: 'period',
    median: 'to the verdict',
    minutes: (n: number) => `${many(n, 'minute')} (median)`,
    digest: 'digest',
    verified: 'verified tree',
    tree: (size: number, root: string) => `${many(size, 'entry', 'entries')}, root ${root}`,
    notVerified: 'the log was not checked',
    holds: 'The digest is of these figures, and the receipt is signed by the log.',
    fails: 'The digest or the receipt does not hold.',
    signatures: '\n____________________   ____________________\nfirst auditor          second auditor\n',
  },
  compare: {
    what: 'compare a printed report with the log, by its number',
    entry: 'the number of the report: its entry in the log',
    made: 'made',
    inTree: (index: number, size: number) => `The report is entry ${index} of the ${size} in the log, as its leaf says.`,
    notYet: 'The report is stored and not in the tree yet; try again in a few seconds.',
    sameTree: 'The log still has the tree of the report under the same root.',
    otherTree: 'The log does NOT continue the tree of the report. Keep the report and call a second auditor.',
    sameFigures: 'Counted again up to the time of the report, the figures are the same.',
    otherFigures: 'Counted again, the figures DIFFER from those of the report. They are now:',
  },
};
