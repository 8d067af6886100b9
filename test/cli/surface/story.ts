/** What a script may do at a gateway in one day, command by command. Each call's exit code and `--json` are recorded. */

export interface Call {
  as: string;
  /** The officer who has logged in, who also says why. */
  by?: string;
  /** Words as typed. `$name` is what an earlier call kept. */
  say: string;
  /** Names a member of the answer for later calls: `case=id`, `task=0.id`. */
  keep?: string;
  /** Lets the gateway's own work be done first. */
  pass?: true;
}

const call = (as: string, say: string, rest: Omit<Call, 'as' | 'say'> = {}): Call => ({ as, say, ...rest });
const mca = (say: string, rest: Omit<Call, 'as' | 'say'> = {}) =>
  call('mca-county', say, { by: 'zhao.min', ...rest });
const boss = (say: string, rest: Omit<Call, 'as' | 'say'> = {}) =>
  call('mca-county', say, { by: 'zhou.qin', ...rest });
const desk = (say: string, rest: Omit<Call, 'as' | 'say'> = {}) =>
  call('desk-county', say, { by: 'wang.fang', ...rest });
const mps = (say: string, rest: Omit<Call, 'as' | 'say'> = {}) =>
  call('mps-county', say, { by: 'gao.feng', ...rest });
const auditor = (say: string, rest: Omit<Call, 'as' | 'say'> = {}) =>
  call('audit-office', say, { by: 'gao', ...rest });
const steward = (say: string, rest: Omit<Call, 'as' | 'say'> = {}) =>
  call('steward-office', say, { by: 'chen', ...rest });
const court = (say: string, rest: Omit<Call, 'as' | 'say'> = {}) =>
  call('court-county', say, { by: 'wu.jun', ...rest });

const CONSENT =
  'consent give --id-number $child --purpose D1 --to cdpf-county --field name,birth_date --giver guardian';
const CARD = '--document resident-card=99000119800101003X';
const PAPER = '--method signed-form --evidence paper.pdf';

export const STORY: readonly Call[] = [
  mca('case open --purpose W1 --id-number $other --case C-1 --assign zhao.min', { keep: 'case=id' }),
  call('mca-county', 'case list'),
  call('mca-county', 'case list --state closed'),
  call('mca-county', 'case list --state gone'),
  call('mca-county', 'case show $case', { keep: 'opened=opened.entry' }),
  call('mca-county', 'case show nowhere'),
  boss('case confirm $case'),
  mca('case confirm $case --entry $opened'),
  boss('case confirm $case --entry $opened'),
  boss('case assign $case --assign zhao.min,zhou.qin'),
  boss('case close $case'),
  mca('case close $case'),

  desk(`${CONSENT} --relation mother ${CARD} ${PAPER} --notice $notice`, { keep: 'consent=id' }),
  desk('consent list --id-number $child'),
  call('cdpf-county', `${CONSENT} --relation mother ${CARD} ${PAPER} --notice $notice`, {
    by: 'li.na',
    keep: 'own=id',
  }),
  desk(`consent confirm $own ${CARD}`),
  desk(`consent code $own ${CARD}`),
  desk(`consent withdraw $consent ${PAPER}`),
  desk('consent conflict --id-number $child'),
  desk('consent give --id-number $child'),

  boss('recuse zhao.min --id-number $other'),
  boss('recuse zhao.min'),
  mca('freeze --id-number $child', { keep: 'freeze=id' }),
  auditor('freeze --agency edu-county --frozen-officer zhang.wei', { keep: 'frozen=id' }),
  auditor('freeze'),
  call('audit-office', 'freeze list'),
  auditor('freeze --stopped $frozen'),
  auditor('unfreeze $frozen', { keep: 'lifting=receipt.entry' }),
  steward('unfreeze $frozen'),
  steward('unfreeze $frozen --entry $lifting'),

  court('hold --id-number $child --instrument WRIT-1', { keep: 'hold=id' }),
  court('hold --id-number $child --instrument WRIT-1', { keep: 'held=receipt.entry' }),
  call('court-county', 'hold list'),
  call('court-county', 'hold-confirm $hold --entry $held', { by: 'chief' }),
  court('unhold $hold'),
  court('hold --id-number $child'),

  call('edu-county', 'harm-report file --id-number $child --what harm.txt --reporter Teacher --contact 1', {
    by: 'zhang.wei',
    keep: 'harm=id',
  }),
  mps('harm-report open $harm'),
  mca('harm-report open $harm --with-reporter'),

  auditor('incident open --id-number $child --field name --from 1h', { keep: 'incident=id' }),
  call('audit-office', 'incident list'),
  call('audit-office', 'incident show $incident'),
  auditor('incident report $incident --file paper.pdf --kind first'),
  auditor('incident close $incident --outcome unfounded'),
  auditor('incident close $incident --outcome nothing'),

  desk('objection file --id-number $child --field name --by guardian', { keep: 'objection=id' }),
  call('desk-county', 'objection list'),
  call('desk-county', 'objection show $objection', { keep: 'stated=entry' }),
  mps('objection resolve $objection --entry $stated --outcome rejected'),
  mps('objection resolve $objection --entry $stated --outcome perhaps'),
  call('desk-county', 'objection list --closed'),

  court(
    'request submit --purpose J1 --id-number $child --case CR-1 --instrument WRIT-1 --field name,guardian_phone',
    {
      keep: 'request=id',
    },
  ),
  call('court-county', 'request list --sent'),
  call('mps-county', 'request list'),
  mps('request show $request --id-number $child'),
  mps('request ask-material $request --missing instrument'),
  court('request supply $request --statement said --document paper.pdf', { keep: 'said=entry' }),
  mps('request approve $request --entry $said --field name'),
  mca('request refuse $request --entry $said --why not-necessary'),
  court('request dispute $request'),
  court('request withdraw $request'),
  court('request supply $request'),

  call('mca-county', 'task list', { pass: true }),
  call('mca-county', 'task list --kind leak-notice', { keep: 'task=0.id' }),
  call('mca-county', 'task list --kind nothing'),
  call('mca-county', 'task take $task --officer zhao.min'),
  call('mca-county', 'task show $task'),
  call('mca-county', 'task give-back $task --officer zhao.min'),
  call('mca-county', 'task letter $task --officer zhao.min', { keep: 'digest=digest' }),
  mca('task done $task'),
  mca(
    'task done $task --outcome told --evidence paper.pdf --delivery post --day 2026-01-05 --letter $digest',
  ),
  mca('task done'),
  mca(
    'task done --kind notice --case CDPF-2026-3 --outcome told --evidence paper.pdf --delivery post --day 2026-01-05',
  ),
  mca('purpose-met W1'),
  call('mca-county', 'second'),
  call('steward-office', 'second'),

  call('mca-county', 'notice'),
  call('mca-county', 'notice D1'),
  call('mca-county', 'usage --limit 1', { keep: 'use=0.id' }),
  call('mca-county', 'usage entry $use'),

  call('audit-office', 'log --limit 3', { keep: 'entry=0.id' }),
  call('audit-office', 'log list --kind case --limit 2'),
  call('audit-office', 'log list --kind cases'),
  call('audit-office', 'log entry $entry'),
  call('audit-office', 'log alerts'),
  call('audit-office', 'log stats'),
  call('audit-office', 'log decoy'),
  auditor('log decoy $entry'),
  call('audit-office', 'log review queue'),
  call('audit-office', 'log review verdict justified $entry'),
  call('audit-office', 'log revoke unknown-writer'),
  call('audit-office', 'log undelivered'),
  call('audit-office', 'log redeliver duty'),

  call('steward-office', 'agency list'),
  call('steward-office', 'agency show edu-county'),
  call('audit-office', 'agency history edu-county'),
  steward('agency suspend edu-county', { keep: 'change=receipt.entry' }),
  call('steward-office', 'agency confirm edu-county $change', { by: 'deng' }),
  steward('agency unsuspend edu-county'),
  steward('agency rekey edu-county'),
  call('steward-office', 'pack versions'),
  call('steward-office', 'agency show nowhere'),

  mca('erase --id-number $third', { keep: 'erased=state' }),
  mca('erase --id-number $third --stop'),
  mca('merge --id-number $other --into-match id_number=$child'),
  mca('merge --id-number $other --undo'),
  steward('keys sweep', { keep: 'job=id' }),
  call('steward-office', 'jobs $job'),

  call('mca-county', 'statistics --by county', { by: 'zhao.min' }),
  call('mca-county', 'leak-check lines.txt', { by: 'zhao.min' }),
  call('mca-county', 'list-check list.csv'),
  call('mca-county', 'whoami'),
  call('mca-county', 'catalogue'),
  call('mca-county', 'catalogue W1'),
  call('mca-county', 'fields'),
  call('mca-county', 'fields name'),
  call('mca-county', 'types'),
  call('charity-sunrise', 'programmes'),
  desk('inquiry-second --id-number $child --inquirer child'),
  mps('release-second --purpose E1 --id-number $child --first wu.jun'),
];
