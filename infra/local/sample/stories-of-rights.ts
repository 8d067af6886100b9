/** Stories of publication, and of what a family may ask. */

import type { NamedStory } from './named-story.ts';

const M1 = '--id-number {id} --purpose M1 --to court-press --field birth_date,division_code';
const READ = '--method signed-form --notice <hash> --text card.txt';
const DESK = '--officer chen.jing --reason "taken at the desk"';
const CARD = '--as court-press --case TC-2026-1 --officer lu.jia --reason "a typical case" --id-number {id}';
const said = (giver: string, act: string) => [
  `printf "${giver} ${act}" > slip.pdf`,
  `fieldgate consent give --as desk-county ${M1} --act ${act} --giver ${giver} ${READ} --evidence slip.pdf ${DESK}`,
];

export const STORIES_OF_RIGHTS: readonly NamedStory[] = [
  {
    name: 'case-of-the-court',
    rules: ['A6.1', 'A13.1', 'A13.3', 'A14.3'],
    what: 'A court publishes a typical case by its publicity office: both are informed before either consents, a department tests the text, two approve it, and the answer is a card of this very text, once. The sample is small, so children are added until the card fits twenty.',
    child: 'pupil',
    run: [
      'printf "这个孩子每天走很远的路去上学，老师说这孩子爱读书。" > card.txt',
      'fieldgate notice M1 --lang zh --as court-press',
      `fieldgate story-card ${CARD} --text card.txt`,
      ...said('child', 'notified'),
      ...said('guardian', 'notified'),
      ...said('child', 'given'),
      ...said('guardian', 'given'),
      'printf "names and places removed" > processed.pdf',
      `fieldgate consent give --as court-press ${M1} --act processed --giver recipient ${READ} --evidence processed.pdf --officer lu.jia --reason "names and places removed"`,
      'fieldgate request show <request> --as mca-county',
      'fieldgate story-text <about> --as mca-county --text card.txt --request <request> --officer zhao.min --reason "a card for a typical case"',
      'fieldgate request approve <request> --as mca-county --officer zhao.min --reason "the text is tested"',
      'fieldgate request approve <request> --as mps-county --officer liu.yang --reason "an age band is enough"',
      `for i in $(seq 20); do printf '{"match":{"local_id":"TC-%s"},"fields":{"birth_date":"{birth}","division_code":"990001001207"}}\\n' $i; done > more.ndjson`,
      'fieldgate intake --as mca-county more.ndjson',
      'fieldgate keys cohorts --as steward-office --officer li.na --reason "the counts of the month"',
      'printf "这个孩子每天走很远的路去上学，老师说这孩子爱画画。" > other.txt',
      `fieldgate story-card ${CARD} --text other.txt --request <request>`,
      `fieldgate story-card ${CARD} --text card.txt --request <request>`,
    ],
  },
  {
    name: 'inquiry-of-the-family',
    rules: ['A17.1', 'A17.2', 'PIPL44'],
    what: 'A charity learns that nothing is confirmed. The father learns at the desk which condition was not met, and takes a signed copy home.',
    child: 'pupil',
    run: [
      'fieldgate verify --as charity-sunrise --programme warm-home --case CHA-2026-002 --officer shen.yi --reason "winter allowance" --id-number {id}',
      'fieldgate inquiry-second --as desk-county --id-number {id} --inquirer guardian --case DESK-2026-1 --officer yang.lan --reason "the father stands here"',
      'fieldgate inquiry --as desk-county --id-number {id} --inquirer guardian --name {father} --number {father-number} --second <second> --case DESK-2026-1 --officer chen.jing --reason "asked at the desk"',
      'fieldgate inquiry --as desk-county --id-number {id} --inquirer guardian --name {father} --number {father-number} --case DESK-2026-1 --copy copy.jws --officer chen.jing --reason "a copy for the father"',
    ],
  },
  {
    name: 'objection-to-a-field',
    rules: ['A17.3'],
    what: 'The guardian objects, and the field is withheld at once. An emergency reads it, marked as disputed. The owner answers, and the field is shown again.',
    child: 'pupil',
    run: [
      'fieldgate objection file --as desk-county --id-number {id} --field name --by guardian --officer chen.jing --reason "a character is wrong"',
      'fieldgate release --as mca-county --purpose W1 --case W-2026-7 --field name --officer zhao.min --reason "yearly review" --id-number {id}',
      'fieldgate release --as mps-county --purpose E1 --case CALL-110-9 --imminent-danger --field name --officer liu.yang --reason "missing since noon" --id-number {id}',
      'fieldgate objection resolve <objection> --as mps-county --outcome rejected --officer liu.yang --reason "the household register has this character"',
      'fieldgate release --as mca-county --purpose W1 --case W-2026-7 --field name --officer zhao.min --reason "yearly review" --id-number {id}',
    ],
  },
  {
    name: 'deletion-refused-in-writing',
    rules: ['PIPL44', 'PIPL47'],
    what: 'A father requests a deletion and an explanation. The owner refuses the one in writing, under a number, and gives the other.',
    child: 'pupil',
    run: [
      'fieldgate objection file --as desk-county --id-number {id} --field residence_address --by guardian --right deletion --document resident-card={father-number} --officer chen.jing --reason "asked at the desk"',
      'fieldgate objection resolve <objection> --as mca-county --outcome rejected --officer zhao.min --reason "the law requires the address while help is given"',
      'fieldgate objection show <objection> --as desk-county --html zh --out refusal.html',
      'fieldgate objection file --as desk-county --id-number {id} --field benefits --by guardian --right explanation --officer chen.jing --reason "why was the allowance not confirmed"',
      'fieldgate objection resolve <objection> --as mca-county --outcome upheld --officer zhao.min --reason "the programme is for those without another benefit"',
      'fieldgate objection show <objection> --as desk-county --html en --out explanation.html',
    ],
  },
  {
    name: 'end-of-care',
    rules: ['A12.6', 'PIPL47'],
    what: 'A child leaves the home. Its right to the record ends with the fact, and the pass of the day opens its task to delete, which a proof closes.',
    child: 'state-guardian',
    run: [
      'fieldgate release --as welfare-home --purpose W4 --field hardship_category --officer lei.ting --reason "care plan" --id-number {id}',
      'printf \'[{"match":{"id_number":"{id}"},"fields":{"placement_site":{"institution":"RP-990001-01","address":"滨河路18号","secret":false}}}]\' > moved.json',
      'fieldgate intake --as mca-county moved.json',
      'fieldgate release --as welfare-home --purpose W4 --field hardship_category --officer lei.ting --reason "care plan" --id-number {id}',
      'fieldgate keys retention --as steward-office --officer li.na --reason "the pass of the day"',
      'fieldgate task list --as welfare-home',
      'printf "record of deletion" > deleted.pdf',
      'fieldgate task done <id> --as welfare-home --outcome deleted --evidence deleted.pdf --officer lei.ting --reason "files are shredded"',
    ],
  },
];
