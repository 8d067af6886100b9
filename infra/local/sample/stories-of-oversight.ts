/** Stories of those who account for the use of data: owners, superiors and auditors. */

import type { NamedStory } from './named-story.ts';

const SUPPORT = '--as edu-county --purpose S1 --officer zhang.wei --reason "winter subsidy" --id-number {id}';
const AUDITOR = '--as audit-office';

export const STORIES_OF_OVERSIGHT: readonly NamedStory[] = [
  {
    name: 'basis-of-an-entry',
    rules: ['A4.2', 'A12.6'],
    what: 'Each entry names the operation, owner and handler, and the laws that its purpose rests on. Where a case is needed, it names the approval of the case.',
    child: 'pupil',
    run: [
      'fieldgate release --as mca-county --purpose W1 --case W-2026-7 --field name --officer zhao.min --reason "yearly review" --id-number {id}',
      'fieldgate login wang.fang',
      `fieldgate log ${AUDITOR} --json --purpose W1 --kind decision --limit 1`,
    ],
  },
  {
    name: 'unknown-is-no-answer',
    rules: ['A8.1'],
    what: 'A condition about what is not recorded is not confirmed. A comparison without a value to compare is no miss, and says what it lacks.',
    child: 'pupil',
    run: [`fieldgate release ${SUPPORT} --field mental_health,id_number`],
  },
  {
    name: 'calendar-that-ends',
    rules: ['A17.3'],
    what: 'Terms are in working days, and holidays are published a year at a time: auditors are warned 60 days before the last known day.',
    run: ['fieldgate login wang.fang', `fieldgate log alerts ${AUDITOR} --code CALENDAR_ENDS`],
  },
  {
    name: 'refusal-in-dispute',
    rules: ['A4.2'],
    what: 'A court disputes the refusal of a request, and the superior of the department that refused gets a task.',
    child: 'pupil',
    run: [
      'fieldgate request submit --as court-county --purpose J1 --case CR-2026-050 --instrument WRIT-2026-50 --field name --officer wu.jun --reason "hearing of the case" --id-number {id}',
      'fieldgate request refuse <id> --as mps-county --officer liu.yang --reason "the writ names no child"',
      'fieldgate request dispute <id> --as court-county --officer wu.jun --reason "page 3 names the child"',
      'fieldgate task list --as procuratorate-county',
    ],
  },
  {
    name: 'purpose-that-is-met',
    rules: ['PIPL19', 'PIPL47'],
    what: 'An office declares that its purpose is met before its time, and has to prove that it deleted what it received.',
    child: 'pupil',
    run: [
      `fieldgate release ${SUPPORT} --field name`,
      'fieldgate purpose-met S1 --as edu-county --officer zhang.wei --reason "the subsidy is paid"',
      'fieldgate task list --as edu-county',
      'printf "deleted: list of the subsidy" > deleted.txt',
      'fieldgate task done <id> --as edu-county --evidence deleted.txt --officer zhang.wei --reason "list deleted"',
    ],
  },
  {
    name: 'yearly-audit',
    rules: ['A4.2', 'A7.1'],
    what: 'A catalogue of all fields with basis and class of sharing, the audit of a year from the log, and the record of processing.',
    run: [
      'fieldgate catalogue export --as mca-county',
      'fieldgate login wang.fang',
      `fieldgate report audit ${AUDITOR} --year {year}`,
      `fieldgate report processing ${AUDITOR}`,
    ],
  },
];
