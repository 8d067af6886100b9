/**
 * What the sample shows of the rules, each under a name. A story is about one child or about none, and names commands
 * that work as printed while the gateway runs with the sample of that day.
 */

import type { Case } from './cases.ts';
import { type Child, childrenOf } from './child.ts';
import type { NamedStory } from './named-story.ts';
import { STORIES_OF_OVERSIGHT } from './stories-of-oversight.ts';
import { STORIES_OF_RIGHTS } from './stories-of-rights.ts';

export interface ToldStory extends Omit<NamedStory, 'child'> {
  /** `null` for a child without a number. */
  idNumber?: string | null;
}

const STORIES: readonly NamedStory[] = [
  {
    name: 'school-support',
    rules: ['A8.1', 'A7.2'],
    what: 'A school office gets what support needs: plain, masked, or yes and no.',
    child: 'pupil',
    run: [
      'fieldgate release --as edu-county --purpose S1 --officer zhang.wei --reason "winter subsidy" --id-number {id}',
    ],
  },
  {
    name: 'fourteen-today',
    rules: ['A12.2', 'A12.4'],
    what: 'From the fourteenth birthday the consent of a guardian alone does not count. Here the child consented too.',
    child: 'turns-14-today',
    run: [
      'fieldgate verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer shen.yi --reason "school grant" --id-number {id}',
    ],
  },
  {
    name: 'eighteen-yesterday',
    rules: ['A2.3', 'A12.6'],
    what: 'The duty of assistance ended yesterday, and the refusal does not say so.',
    child: 'turned-18-yesterday',
    run: [
      'fieldgate release --as mca-county --purpose W1 --case W-2026-1 --officer zhao.min --reason "yearly review" --id-number {id}',
    ],
  },
  {
    name: 'list-by-hardship',
    rules: ['A15.1', 'A15.3'],
    what: 'A reason that asks for an order by hardship waits for a person of another department.',
    child: 'pupil',
    run: [
      'fieldgate release --as edu-county --purpose S1 --officer zhang.wei --reason "按困难程度排名" --id-number {id}',
      'fieldgate task list --as mca-county',
    ],
  },
  {
    name: 'unlisted-platform',
    rules: ['A16.1', 'A15.1'],
    what: 'A body that is no designated help platform asks for its checks: refused, with an alert.',
    child: 'pupil',
    run: [
      'fieldgate release --as league-county --purpose C2 --officer cao.ming --reason "an appeal" --id-number {id}',
      'fieldgate log alerts --as audit-office',
    ],
  },
  {
    name: 'list-for-the-notice-board',
    rules: ['A8.2'],
    what: 'A list is checked before it is posted; no person is looked up.',
    run: [
      'printf "姓名,身份证号,奖项\\n张**,99000120130506001X,阅读之星\\n" > list.csv',
      'fieldgate list-check --as edu-county list.csv',
    ],
  },
  {
    name: 'leaked-phone',
    rules: ['A5.1', 'A5.2'],
    what: 'A text from a forum holds a guardian’s phone: a match, a ticket, and an incident with its reports.',
    child: 'pupil',
    run: [
      'printf "家长电话 {phone}\\n" > found.txt',
      'fieldgate leak-check --as cyberspace-county --case LEAK-2026-1 --officer xie.fei --reason "a list on a forum" found.txt',
      'fieldgate incident open --as cyberspace-county --ticket <ticket> --field guardian_phone --from 2026-01-01T00:00:00Z --officer xie.fei --reason "a list on a forum"',
    ],
  },
  {
    name: 'caseload',
    rules: ['A4.2', 'A7.1'],
    what: 'A visit opens the children of a case alone, which a supervisor has confirmed for this officer.',
    child: 'pupil',
    run: [
      'fieldgate case open --as mca-county --purpose W3 --case V-2026-7 --assign zhao.min --officer zhao.min --reason "visits of the village" --id-number {id}',
      'fieldgate case list --as mca-county --state waiting',
      'fieldgate case confirm <id> --as mca-county --officer zhou.qin --reason "as assigned"',
      'fieldgate release --as mca-county --purpose W3 --case V-2026-7 --officer zhao.min --reason "home visit" --id-number {id}',
    ],
  },
  {
    name: 'open-cases',
    rules: ['A9.1', 'A10.1', 'A11.1'],
    what: 'Federation, hospital and league read what the family consented to, each under its own open case.',
    child: 'pupil',
    run: [
      'fieldgate release --as cdpf-county --purpose D1 --case D-2026-1 --officer xu.jing --reason "rehabilitation plan" --field name --id-number {id}',
      'fieldgate release --as health-hospital --purpose H1 --case H-2026-1 --officer ma.lin --reason "admission" --field name --id-number {id}',
      'fieldgate release --as league-county --purpose F1 --activity ACT-2026-SUMMER --officer cao.ming --reason "summer camp" --field name --id-number {id}',
    ],
  },
  {
    name: 'report-under-a-case',
    rules: ['MPL11'],
    what: 'The officer of an open case of a report reads what the report needs; another officer is refused.',
    child: 'harm',
    run: [
      'fieldgate release --as mps-county --purpose R1 --case R-2026-1 --officer liu.yang --reason "report of the village" --field name --id-number {id}',
      'fieldgate release --as mps-county --purpose R1 --case R-2026-1 --officer huang.lei --reason "report of the village" --field name --id-number {id}',
    ],
  },
  {
    name: 'harm-stays-sealed',
    rules: ['A8.3', 'MPL11'],
    what: 'A school learns only that protection is needed; the report itself goes to the police.',
    child: 'harm',
    run: [
      'fieldgate release --as edu-county --purpose S1 --officer zhang.wei --reason "support after an absence" --field harm_incident --id-number {id}',
    ],
  },
  {
    name: 'report-of-harm',
    rules: ['MPL11'],
    what: 'A school reports harm. The police get a task; the reporter is sealed apart, and opening it is an entry.',
    child: 'harm',
    run: [
      'printf "Bruises on both arms since Monday." > report.txt',
      'fieldgate harm-report file --as school-second --id-number {id} --what report.txt --reporter "the class teacher" --contact "school office" --officer tian.yu --reason "duty to report"',
      'fieldgate task list --as mps-county',
      'fieldgate harm-report open <about> --as mps-county --officer liu.yang --reason "took it up"',
      'fieldgate harm-report open <about> --as mps-county --with-reporter --officer liu.yang --reason "needs the witness"',
    ],
  },
  {
    name: 'notice-of-a-consent',
    rules: ['PIPL17', 'A12.5'],
    what: 'A consent names the notice that was read. The word of another text is refused.',
    child: 'pupil',
    run: [
      'fieldgate notice D1 --lang zh --as desk-county',
      'printf "signed with an old notice" > paper.pdf',
      'fieldgate consent give --as desk-county --id-number {id} --purpose D1 --to cdpf-county --field name --giver guardian --relation father --method signed-form --notice 2026-1 --evidence paper.pdf --officer chen.jing --reason "taken at the desk"',
    ],
  },
  {
    name: 'notices-of-a-case',
    rules: ['PIPL17', 'A12.6'],
    what: 'A status decision owes a notice; the notices of its case are proven together, with paper, kind and day.',
    child: 'pupil',
    run: [
      'fieldgate release --as mca-county --purpose W1 --case W-2026-7 --officer zhao.min --reason "yearly review" --id-number {id}',
      'printf "signed slips" > slips.pdf',
      'fieldgate task done --kind notice --case W-2026-7 --as mca-county --outcome told --evidence slips.pdf --delivery signed-paper --day 2026-11-26 --officer zhao.min --reason "slips are on file"',
    ],
  },
  {
    name: 'hold-when-the-child-objects',
    rules: ['A12.1'],
    what: 'The guardian consents and the child objects: departments see what is on hold, and decide.',
    child: 'pupil',
    run: [
      'fieldgate notice D1 --lang zh --as desk-county',
      'printf "signed by the father" > paper.pdf',
      'fieldgate consent give --as desk-county --id-number {id} --purpose D1 --to cdpf-county --field name --giver guardian --relation father --method signed-form --notice <hash> --evidence paper.pdf --officer chen.jing --reason "taken at the desk"',
      'fieldgate consent give --as desk-county --id-number {id} --purpose D1 --to cdpf-county --field name --giver child --act objects --officer chen.jing --reason "said at the desk"',
      'fieldgate release --as cdpf-county --purpose D1 --case D-2026-1 --officer xu.jing --reason "rehabilitation plan" --field name --id-number {id}',
      'fieldgate task list --as mps-county',
      'fieldgate task show <id> --as mps-county',
      'fieldgate task done <id> --as mps-county --outcome release --officer liu.yang --reason "the plan serves the child"',
      'fieldgate release --as cdpf-county --purpose D1 --case D-2026-1 --officer xu.jing --reason "rehabilitation plan" --field name --id-number {id}',
    ],
  },
  {
    name: 'more-material-needed',
    rules: ['A4.2'],
    what: 'An owner lacks something to decide: its clock stands still until the requester has supplied it.',
    child: 'pupil',
    run: [
      'fieldgate request submit --as court-county --purpose J1 --case CR-2026-040 --instrument WRIT-2026-40 --field name --officer wu.jun --reason "hearing of the case" --id-number {id}',
      'fieldgate request ask-material <id> --as mps-county --missing instrument,scope --officer liu.yang --reason "the writ names no child"',
      'fieldgate request show <id> --as court-county',
      'printf "page 3 of the writ" > writ.pdf',
      'fieldgate request supply <id> --as court-county --statement "page 3 names the child" --document writ.pdf --officer wu.jun --reason "as asked"',
      'fieldgate request approve <id> --as mps-county --officer liu.yang --reason "the writ names this child"',
    ],
  },
  {
    name: 'payment-run',
    rules: ['A7.1', 'A4.2'],
    what: 'A payment run is one request for all its people, and its answer is collected in pieces, each person once.',
    child: 'pupil',
    run: [
      'printf "id_number\\n{id}\\n99000120130506001X\\n" > run.csv',
      'fieldgate request submit --as mca-county --purpose W2 --case PAY-2026-12 --field benefits --subjects run.csv --officer zhao.min --reason "payment of December"',
      'fieldgate request approve <id> --as finance-county --officer song.jia --reason "within the budget"',
      'fieldgate request collect <id> --as mca-county --subjects run.csv --out run.ndjson --officer zhao.min --reason "payment of December"',
    ],
  },
  {
    name: 'hold-by-the-court',
    rules: ['PIPL19', 'PIPL47'],
    what: 'Two people of the court order that a record is kept; the daily pass erases what is over elsewhere.',
    child: 'pupil',
    run: [
      'fieldgate pack retention',
      'fieldgate hold --as court-county --id-number {id} --instrument ORDER-2026-9 --officer wu.jun --reason "evidence in a trial"',
      'fieldgate hold-confirm <id> --as court-county --officer lin.yu --reason "evidence in a trial"',
      'fieldgate hold list --as court-county',
      'fieldgate keys retention --as steward-office --officer li.na --reason "the pass of the day"',
    ],
  },
  {
    name: 'restriction-of-a-field',
    rules: ['PIPL44', 'A17.3'],
    what: 'A father restricts the use of a field: withheld until the answer, and no longer than that is due.',
    child: 'pupil',
    run: [
      'fieldgate objection file --as desk-county --id-number {id} --field residence_address --by guardian --right restriction --document passport=E00000017 --officer chen.jing --reason "asked at the desk"',
      'fieldgate objection show <id> --as desk-county --html zh --out answer.html',
    ],
  },
  {
    name: 'error-found-by-a-recipient',
    rules: ['A17.4'],
    what: 'A school office reports an error in what it received, by a word of a list and without a value.',
    child: 'pupil',
    run: [
      'fieldgate release --as edu-county --purpose S1 --officer zhang.wei --reason "winter subsidy" --field name --id-number {id}',
      'fieldgate objection file --as edu-county --id-number {id} --field name --by recipient --fault outdated --officer zhang.wei --reason "differs from the school roll"',
    ],
  },
];

/** @returns the stories with the children of this sample. A story whose child the sample lacks is left out. */
export function storiesOf(sample: { people: number; today: string }): ToldStory[] {
  const all = [...childrenOf(sample)];
  const told = [...STORIES, ...STORIES_OF_RIGHTS, ...STORIES_OF_OVERSIGHT];
  return told.flatMap(({ child: wanted, run, ...story }) => {
    const ofToday = run.map((line) => line.replaceAll('{year}', sample.today.slice(0, 4)));
    if (wanted === undefined) return [{ ...story, run: withLogins(ofToday) }];
    const child = all.find((one) => isOf(one, wanted));
    if (!child) return [];
    const { name = '', idNumber = '', phone = '' } = child.parents?.father ?? {};
    const words = {
      id: child.idNumber ?? '',
      birth: child.birth,
      phone,
      father: name,
      'father-number': idNumber,
    };
    const filled = run.map((line) =>
      Object.entries(words).reduce((text, [word, value]) => text.replaceAll(`{${word}}`, value), line),
    );
    return [{ ...story, idNumber: child.idNumber, run: withLogins(filled) }];
  });
}

/** Before each command of another officer, the login of that officer. */
export function withLogins(run: readonly string[]): string[] {
  let present: string | undefined;
  return run.flatMap((line) => {
    const officer = /(?<=--officer )\S+/.exec(line)?.[0];
    if (officer === undefined || officer === present) return [line];
    present = officer;
    return [`fieldgate login ${officer}`, line];
  });
}

/** Whether the child is of this kind. */
export function isOf(child: Child, wanted: Case | 'pupil'): boolean {
  if (wanted !== 'pupil') return child.case === wanted;
  const { age, case: special, story, parents } = child;
  return special === null && age >= 7 && age < 12 && story.guardian === 'father' && parents !== null;
}
