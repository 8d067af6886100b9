/** The output at the end of a start: commands that work as printed. */

import { join, relative } from 'node:path';
import { texts } from '../cli/messages/language.ts';
import { widthOf } from '../cli/terminal/table.ts';
import type { Gateway } from './gateway.ts';
import { consenting } from './sample/consents.ts';
import { recordsIn } from './sample/pack-sample.ts';
import { type Parties, SAMPLE_PEOPLE } from './sample/parties.ts';
import { recordsOf } from './sample/records.ts';
import { packStories } from './sample/stories.ts';
import type { Sample } from './start-sample.ts';
import type { StatePaths } from './state/state.ts';

const { pack: p, roles, tryThis: t } = await texts('local');

/** One of each kind of office; the page of the login lists everyone. */
const SHOWN: ReadonlySet<string> = new Set([
  'wang.fang',
  'li.na',
  'zhao.min',
  'zhang.wei',
  'liu.yang',
  'chen.jing',
  'shen.yi',
]);

/** @param faults whether `/_local/faults` is open. */
export function whatToTry(gateway: Gateway, paths: StatePaths, sample: Sample, faults: boolean): string {
  const idNumber = sampleIdNumber(sample);
  const fieldgate = 'npx fieldgate';
  const release = [
    [t.release, 'edu-county --officer zhang.wei', 'S1'],
    [t.withheld, 'edu-county --officer zhang.wei', 'S1 --field name,illness'],
    [t.prohibited, 'press-office --officer lu.ming', 'PX3'],
  ].map(([what, who, purpose]) => [
    what,
    `${fieldgate} release --as ${who} --reason "${t.reason}" --purpose ${purpose} --id-number ${idNumber}`,
  ]);
  const people = SAMPLE_PEOPLE.filter(({ id }) => SHOWN.has(id)).map(({ id, office }) => `${id} (${office})`);
  const steps = [
    ...(idNumber === undefined
      ? []
      : [
          [t.login, `${fieldgate} login zhang.wei`],
          ...release,
          [t.suspended, `${fieldgate} sample run suspended-office`],
        ]),
    ...verification(fieldgate, sample),
    [t.requests, `${fieldgate} request list --as mca-county`],
    [t.log, `${fieldgate} log --as audit-office`],
  ];
  const lines: [string, string][] = [
    [t.lines.console, `${gateway.url}/console/`],
    [t.lines.api, t.api(gateway.url)],
    [t.lines.people, t.somePeople(people.join(', '), SAMPLE_PEOPLE.length)],
    [t.lines.stories, 'npx fieldgate sample'],
    [t.lines.keys, t.keys(relative(process.cwd(), paths.agencies))],
    [t.lines.witnesses, t.witnesses(join(relative(process.cwd(), paths.witness), 'policy'))],
    ...(gateway.owners.size > 0
      ? [
          [
            t.lines.owners,
            t.owners(`${relative(process.cwd(), paths.owners)}/{${[...gateway.owners.keys()].join()}}`),
          ] as [string, string],
        ]
      : []),
    ...(faults ? [[t.lines.faults, `POST ${gateway.url}/_local/faults`] as [string, string]] : []),
    [t.lines.stop, t.stop],
  ];
  return inLines(t.runs(gateway.url, sample.people), steps, lines);
}

function inLines(
  first: string,
  steps: readonly (readonly (string | undefined)[])[],
  lines: readonly [string, string][],
): string {
  const width = Math.max(...lines.map(([name]) => widthOf(name))) + 2;
  return [
    '',
    first,
    '',
    ...steps.flatMap(([what, command]) => [`  ${what}`, `    ${command}`, '']),
    ...lines.map(([name, what]) => `  ${name}${' '.repeat(width - widthOf(name))}${what}`),
  ].join('\n');
}

/** The same for another pack. Without records of its own it says how they come in. */
export function whatToTryWith(
  { url }: Gateway,
  paths: StatePaths,
  { agencies, persons, folder, loaded }: Parties & { folder: string; loaded: number },
): string {
  const [source] = agencies.filter(({ actions }) => actions.includes('intake'));
  const office = source?.clientId ?? p.office;
  const file =
    source && recordsIn(folder, office).length > 0 ? `${folder}/sample/${office}.ndjson` : 'records.ndjson';
  const steps = [
    [p.catalogue, `npx fieldgate catalogue --as ${office}`],
    ...(source ? [[p.store, `npx fieldgate intake ${file} --dry-run --as ${office}`]] : []),
    ...storyOf(folder),
    [p.matrix, `npx fieldgate pack matrix ${folder}`],
    [t.log, 'npx fieldgate log --as audit-office'],
  ];
  const names = persons.map(
    ({ id, roles: mine }) => `${id} ${mine.map((one) => roles[one] ?? one).join(', ')}`,
  );
  const none = agencies.every(({ departments }) => departments.length === 0);
  const lines: [string, string][] = [
    ...(none ? [[p.offices, p.noOffices(`${folder}/sample/offices.yaml`)] as [string, string]] : []),
    [t.lines.console, `${url}/console/`],
    [t.lines.api, t.api(url)],
    [t.lines.people, t.people(names.join('; '))],
    [t.lines.keys, t.keys(relative(process.cwd(), paths.agencies))],
    [t.lines.witnesses, t.witnesses(join(relative(process.cwd(), paths.witness), 'policy'))],
    [t.lines.stop, t.stop],
  ];
  return inLines(p.runs(url, folder, loaded > 0 ? p.records(loaded) : p.noRecords), steps, lines);
}

/** The first story of the pack's sample, each command as a step of its own; the others have names to ask for. */
function storyOf(folder: string): [string, string][] {
  const [first, ...others] = packStories(folder);
  if (!first) return [];
  const run = first.run.map((line) => line.replace(/^fieldgate /, 'npx fieldgate ')).join('\n    ');
  const more: [string, string] = [p.stories(others.length), `npx fieldgate sample --pack ${folder}`];
  return [[first.what, run], ...(others.length > 0 ? [more] : [])];
}

/** A person with an ID number in the education bureau's records; synthetic like all people. */
function sampleIdNumber({ people, today }: Sample): string | undefined {
  for (const record of recordsOf('edu-county', { people, today })) {
    if ('match' in record && record.match['id_number'] !== undefined) return record.match['id_number'];
  }
  return undefined;
}

/** A charity's check of a person whose family has consented. */
function verification(fieldgate: string, sample: Sample): string[][] {
  const [id] = consenting(sample);
  if (id === undefined) return [];
  const ask = `${fieldgate} verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer shen.yi`;
  return [
    [t.verify, `${ask} --reason "${t.verifyReason}" --id-number ${id} --out proof.txt`],
    [t.attest, `${fieldgate} attest verify --as charity-sunrise proof.txt`],
  ];
}
