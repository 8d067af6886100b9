/** The sample of the English pack: made-up people with right numbers, and stories of offices, rules and commands that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { wholeProgram } from '../../../infra/cli/program.ts';
import { packStories } from '../../../infra/local/sample/stories.ts';
import { compiledUk, FOLDER } from './uk-pack.ts';

const program = await wholeProgram();
const pack = compiledUk();
const stories = packStories(FOLDER);
const lines = stories.flatMap(({ run }) => run).filter((line) => line.startsWith('fieldgate '));
const named = (option: string) =>
  lines.flatMap((line) => line.match(new RegExp(`(?<=${option} )\\S+`, 'g')) ?? []);
const { offices, people } = parse(readFileSync(join(FOLDER, 'sample', 'offices.yaml'), 'utf8'));

/** The tenth digit of an NHS number, modulo 11. */
function checkDigit(number: string): number {
  const sum = [...number.slice(0, 9)].reduce((all, digit, at) => all + Number(digit) * (10 - at), 0);
  return (11 - (sum % 11)) % 11;
}

it('has NHS numbers of the range for tests, with their check digit, and postcodes of nowhere', () => {
  const files = readdirSync(join(FOLDER, 'sample')).filter((name) => name.endsWith('.ndjson'));
  expect(files.length).toBe(5);
  for (const file of files) {
    const text = readFileSync(join(FOLDER, 'sample', file), 'utf8');
    for (const record of text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))) {
      const number: string = record.match.nhs_number;
      expect(number).toMatch(/^999\d{7}$/);
      expect(checkDigit(number), number).toBe(Number(number[9]));
    }
    for (const [postcode] of text.matchAll(/"postcode":"[^"]*"/g)) expect(postcode).toContain('ZZ99 3VZ');
  }
});

it('has two people in every office', () => {
  for (const { id } of offices)
    expect(people.filter(({ office }: { office: string }) => office === id).length, id).toBe(2);
});

it('names rules, purposes, offices and people of the pack', () => {
  expect(new Set(stories.map(({ name }) => name)).size).toBe(stories.length);
  expect(stories.length).toBeGreaterThanOrEqual(6);
  for (const rule of stories.flatMap(({ rules }) => rules)) expect(Object.keys(pack.rules)).toContain(rule);
  const codes = [...Object.keys(pack.purposes), ...Object.keys(pack.prohibited)];
  for (const code of named('--purpose')) expect(codes).toContain(code);
  for (const basis of named('--basis')) expect(Object.keys(pack.lawfulBases ?? {})).toContain(basis);
  for (const why of named('--why')) expect(Object.keys(pack.approvals?.refusals?.why ?? {})).toContain(why);
  for (const one of named('--as')) expect(offices.map(({ id }: { id: string }) => id)).toContain(one);
  for (const one of named('--officer')) expect(people.map(({ id }: { id: string }) => id)).toContain(one);
});

it('names commands and options that the command line has', () => {
  for (const line of lines) {
    const [, ...words] = line.split(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/);
    let command = program.commands.find((one) => one.name() === words[0]);
    expect(command, line).toBeDefined();
    for (const word of words.slice(1))
      command = command?.commands.find((one) => one.name() === word) ?? command;
    const known = [...(command?.options ?? []), ...program.options].map(({ long }) => long);
    expect(known, line).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('--'))));
  }
});

it('shows why a request was refused', async () => {
  const { requestInWords } = await import('../../../infra/cli/casework/request.ts');
  const why = { code: 'law-forbids', label: pack.approvals?.refusals?.why['law-forbids']?.label ?? {} };
  const field = { state: 'refused' as const, of: 'POLICE', answerBy: '2026-12-01T00:00:00Z', why };
  const told = requestInWords({
    ...{ id: 'r', state: 'refused', purpose: 'S47', collection: 'children', agency: 'la-children' },
    ...{ officer: 'o', reason: 'r', at: '', once: false, clocks: {}, collections: 0, subjects: 1, refs: [] },
    ...{ mine: [], fields: { concern: field } },
  });
  expect(told).toContain('A law or an order of a court forbids it.');
});
