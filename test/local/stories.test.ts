/** The stories of the sample: each is about a child that exists, offices that exist and rules that exist. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fill } from '../../infra/cli/data/sample-run.ts';
import { wholeProgram } from '../../infra/cli/program.ts';
import { CASELOAD } from '../../infra/local/sample/caseload.ts';
import { SAMPLE_AGENCIES, SAMPLE_PEOPLE } from '../../infra/local/sample/parties.ts';
import { storiesOf } from '../../infra/local/sample/stories.ts';
import { children as pack } from '../policy/support.ts';
import { MATCH_KEYS } from '../support/match-keys.ts';

const program = await wholeProgram();
const sample = { people: 100, today: '2026-11-26' };
const stories = storiesOf(sample);
const named = (option: string) =>
  stories.flatMap(({ run }) =>
    run.flatMap((line) => line.match(new RegExp(`(?<=${option} )\\S+`, 'g')) ?? []),
  );

it('has every story by its own name, with rules of the pack and the number of its child', () => {
  const written = readFileSync('shared/packs/disadvantaged-children/sample/stories.yaml', 'utf8');
  expect(stories.map(({ name }) => name)).toEqual(
    [...written.matchAll(/^ {2}- name: (.+)$/gm)].map(([, name]) => name),
  );
  expect(stories.length).toBeGreaterThanOrEqual(9);
  expect(new Set(stories.map(({ name }) => name)).size).toBe(stories.length);
  for (const { rules } of stories) for (const rule of rules) expect(pack.rules.has(rule)).toBe(true);
  for (const { name, idNumber, run } of stories) {
    if (idNumber !== undefined) expect(idNumber, name).toMatch(/^990001\d{11}[\dX]$/);
    expect(run.join(' ')).not.toMatch(/\{[a-z-]+\}|--id-number(?! \d)/);
  }
});

it('has two officers in every agency, of whom one may be the second person', () => {
  const alone = SAMPLE_AGENCIES.filter(
    ({ clientId }) => SAMPLE_PEOPLE.filter(({ office }) => office === clientId).length !== 2,
  );
  expect(alone.map(({ clientId }) => clientId)).toEqual([]);
});

it('names offices, people and purposes of the sample', () => {
  const agencies = SAMPLE_AGENCIES.map(({ clientId }) => clientId);
  expect(agencies).toEqual(expect.arrayContaining(named('--as')));
  expect(SAMPLE_PEOPLE.map(({ id }) => id)).toEqual(expect.arrayContaining(named('--officer')));
  const known = [...pack.purposes.keys(), ...pack.prohibited.keys()];
  expect(known).toEqual(expect.arrayContaining(named('--purpose')));
});

it('releases under a case that the sample holds open, or that the story opens itself', () => {
  for (const { run } of stories)
    for (const [at, line] of run.entries()) {
      const purpose = /^fieldgate release .*--purpose (\S+)/.exec(line)?.[1] ?? '';
      if (pack.purposes.get(purpose)?.case === undefined) continue;
      const number = /--(?:case|activity) (\S+)/.exec(line)?.[1];
      const opens = run
        .slice(0, at)
        .some((one) => one.includes(`case open`) && one.includes(`--case ${number} `));
      expect(opens || CASELOAD.some((one) => one.purpose === purpose && one.number === number), line).toBe(
        true,
      );
    }
});

it('moves with the day, and is the same on every machine on one day', () => {
  expect(storiesOf(sample)).toEqual(stories);
  const other = storiesOf({ ...sample, today: '2027-03-01' });
  expect(other.map(({ idNumber }) => idNumber)).not.toEqual(stories.map(({ idNumber }) => idNumber));
});

it('names commands and options that the command line has, each of an officer after the login', () => {
  for (const line of stories.flatMap(({ run }) => run)) {
    const [tool, ...words] = line.split(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/);
    if (tool !== 'fieldgate') continue;
    let command = program.commands.find((one) => one.name() === words[0]);
    expect(command, line).toBeDefined();
    for (const word of words.slice(1))
      command = command?.commands.find((one) => one.name() === word) ?? command;
    const { _defaultCommandName: usual } = command as { _defaultCommandName?: string };
    command = command?.commands.find((one) => one.name() === usual) ?? command;
    const known = [...(command?.options ?? []), ...program.options].map(({ long }) => long);
    // A command that names a person takes each match key of the pack as an option.
    if (known.includes('--match')) known.push(...MATCH_KEYS);
    expect(known, line).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('--'))));
  }
  for (const { run } of stories)
    for (const [at, line] of run.entries()) {
      const officer = /--officer (\S+)/.exec(line)?.[1];
      const login = run.slice(0, at).findLast((before) => before.startsWith('fieldgate login '));
      if (officer) expect(login, line).toBe(`fieldgate login ${officer}`);
    }
});

it('fills in what earlier answers hold: the newest, of a list what the command is about', () => {
  const task = (id: string, kind: string, opened: string) => ({
    id,
    kind,
    opened,
    about: `${id}-about`,
    outcomes: ['told'],
    byHand: true,
  });
  const answers = [
    {
      command: 'task list',
      data: [
        task('old', 'notice', '2026-01-01'),
        task('new', 'notice', '2026-01-02'),
        task('harm', 'harm-report', '2025-01-01'),
      ],
    },
    { command: 'objection file', data: { id: 'o-1', receipt: { entry: 'e-1' } } },
    { command: 'case open', data: { id: 'c-1', opened: { entry: 'e-2' }, receipt: { entry: 'e-3' } } },
  ];
  expect(fill('fieldgate task done <id> --outcome told', answers)).toContain('done new ');
  expect(fill('fieldgate harm-report open <about>', answers)).toContain('open harm-about');
  expect(fill('fieldgate objection resolve <objection> --entry <entry>', answers)).toBe(
    'fieldgate objection resolve o-1 --entry e-1',
  );
  expect(fill('fieldgate case confirm <id> --entry <entry>', answers.slice(2))).toContain('c-1 --entry e-2');
  expect(
    fill('fieldgate story-text <about>', [{ command: 'request show', data: { refs: ['A1'] } }]),
  ).toContain('A1');
  expect(() => fill('fieldgate unhold <id>', [])).toThrow('<id>');
  expect(() => fill('fieldgate x <id>', [{ command: 'x', data: { id: '$(rm)' } }])).toThrow('<id>');
});
