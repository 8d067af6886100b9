/** The output at the end of a start: commands that work as printed. */

import { relative } from 'node:path';
import type { Gateway } from './gateway.ts';
import { SAMPLE_PEOPLE } from './people/sample-people.ts';
import { consenting } from './sample/consents.ts';
import { recordsOf } from './sample/records.ts';
import type { Sample } from './start-sample.ts';
import type { StatePaths } from './state/state.ts';

/** @param faults whether `/_local/faults` is open. */
export function whatToTry(gateway: Gateway, paths: StatePaths, sample: Sample, faults: boolean): string {
  const idNumber = sampleIdNumber(sample);
  const fieldgate = 'npx fieldgate';
  const asEducation = `${fieldgate} release --as edu-county --officer zhang.wei --reason "winter subsidy, grade 5"`;
  const login = [
    'Sign in as an officer; no password, because all people here are made up:',
    `${fieldgate} login zhang.wei`,
  ];
  const release = [
    ['The fields that school support may see about a child, masked or generalised where required:', 'S1', ''],
    ['A field outside the purpose is withheld with its rule:', 'S1', ' --field name,illness'],
    ['A prohibited purpose is refused and raises an alert. A second attempt suspends the agency:', 'PX3', ''],
  ].map(([what, purpose, more]) => [
    what,
    `${asEducation} --purpose ${purpose}${more} --id-number ${idNumber}`,
  ]);
  const people = SAMPLE_PEOPLE.map(({ id, roles }) => `${id} ${roles.join(', ')}`).join('; ');
  const steps = [
    ...(idNumber === undefined ? [] : [login, ...release]),
    ...verification(fieldgate, sample),
    [
      'Requests of other departments that civil affairs must answer:',
      `${fieldgate} request list --as mca-county`,
    ],
    ['Who requested what, and why:', `${fieldgate} log --as audit-office`],
  ];
  return [
    '',
    `Fieldgate runs on ${gateway.url} with ${sample.children} sample children. In another terminal:`,
    '',
    ...steps.flatMap(([what, command]) => [`  ${what}`, `    ${command}`, '']),
    `  Console           ${gateway.url}/console/`,
    `  API               ${gateway.url}/docs, and ${gateway.url}/openapi.json for machines`,
    `  People            fieldgate login <name>, one of: ${people}`,
    `  Keys of agencies  ${relative(process.cwd(), paths.agencies)}/<client id>.json`,
    ...(faults ? [`  Faults            POST ${gateway.url}/_local/faults`] : []),
    '  Stop              Ctrl-C; the state stays. Start from scratch with: npm start -- --fresh',
  ].join('\n');
}

/** A child with an ID number in the education bureau's records; synthetic like all children. */
function sampleIdNumber({ children, today }: Sample): string | undefined {
  for (const record of recordsOf('edu-county', { children, today })) {
    if ('match' in record && record.match['id_number'] !== undefined) return record.match['id_number'];
  }
  return undefined;
}

/** A charity's check of a child whose family has consented. */
function verification(fieldgate: string, sample: Sample): string[][] {
  const [id] = consenting(sample);
  if (id === undefined) return [];
  const ask = `${fieldgate} verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer shen.yi`;
  return [
    [
      'Whether a child is eligible for a charity’s programme, with a proof instead of details:',
      `${ask} --reason "school grant, spring term" --id-number ${id} --out proof.txt`,
    ],
    [
      'A check of that proof, which anyone can make:',
      `${fieldgate} attest verify --as charity-sunrise proof.txt`,
    ],
  ];
}
