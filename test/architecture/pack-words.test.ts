/** Code outside of the samples names nothing that a pack names: no field, department, role, purpose, giver, rule or duty. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { PROFILES } from '../policy/profiles.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The sample of the shipped pack: its people, offices, stories, and examples that it answers. */
const SAMPLES =
  /^(shared\/packs|infra\/local\/(sample|people)|infra\/local\/what-to-try|infra\/cli\/sidecar\/examples|infra\/cli\/messages)/;

/** Words that are the engine's own as well, or common language. */
const COMMON = new Set(
  (
    'approve case child-report collect confirm consent county delete dispute duty facts hold holder inquirer material ' +
    'merging name notice objection parted person photo prohibited publication recipient reference relation requester ' +
    'review scope severity sex harm-report'
  ).split(' '),
);

/**
 * What still knows the first pack, by file. A name that is gone must go from here.
 * The console calls a person by what the token permits.
 */
const LEFT: Readonly<Record<string, readonly string[]>> = {
  'functions/console/web/messages/en/shell.ts': ['auditor'],
  // Names of the starter, by which the pack for a table of one's own calls its columns.
  'infra/cli/policy/own/suggest.ts': ['area_code', 'birth_date', 'id_number', 'phone'],
  'infra/cli/policy/own/write.ts': ['area_code', 'birth_date'],
};

function namesOf(pack: Pack): string[] {
  const tables = [
    ...[pack.fields, pack.departments, pack.roles, pack.purposes, pack.prohibited, pack.predicates],
    ...[pack.programmes, pack.rules, pack.obligations, pack.tasks],
  ];
  return [...tables.flatMap((table) => [...table.keys()]), ...Object.keys(pack.consent.givers)];
}

/** Whole strings of the code, without comments and paths of imports. */
function stringsIn(text: string): Set<string> {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^(import|export) .* from '.*';$/gm, '');
  return new Set([...code.matchAll(/(['"`])([^'"`\n]*)\1/g)].map(([, , word = '']) => word));
}

/** Actions of tokens and the function of that name. */
const ACTIONS = ['steward'];

function found(files: readonly (readonly [string, string])[], names: readonly string[]) {
  const hits = files.map(([file, text]) => {
    const strings = stringsIn(text);
    return [file, names.filter((name) => strings.has(name)).sort()] as const;
  });
  return Object.fromEntries(hits.filter(([, words]) => words.length > 0));
}

const names = [...new Set(PROFILES.flatMap(({ pack }) => namesOf(pack)))].filter((name) => !COMMON.has(name));

it('names nothing of a pack', () => {
  const listed = execFileSync('git', ['ls-files', 'functions', 'shared', 'infra'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = listed
    .trim()
    .split('\n')
    .filter((file) => /\.tsx?$/.test(file) && !SAMPLES.test(file))
    .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const);
  expect(files.length).toBeGreaterThan(400);
  const roles = names.filter((name) => !ACTIONS.includes(name));
  const knows = Object.fromEntries(
    Object.entries(LEFT).flatMap(([file, words]) => {
      const left = words.filter((word) => !ACTIONS.includes(word));
      return left.length > 0 ? [[file, left]] : [];
    }),
  );
  expect(found(files, roles)).toEqual(knows);
});

/**
 * The form of sounds that a pack chooses by its name, the frame of a notice in both languages of the product, and scripts whose
 * signs look like no letter.
 */
const SCRIPTS = [
  'shared/policy/check/pinyin.ts',
  'shared/policy/present/notice-words.ts',
  'shared/policy/value/stop-words.ts',
];

/** Signs of a script, or its name where a text is compared with it. */
const ofScript = (text: string) =>
  /\p{Script=Han}|Script=Han/u.test(text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, ''));

it('holds no script in the engine: how values are written is data', () => {
  const listed = execFileSync(
    'git',
    ['ls-files', 'shared/policy', 'functions/maintenance', 'functions/insight'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  const files = listed
    .trim()
    .split('\n')
    // The schema of a table of readings asks for the script of its form.
    .filter((file) => file.endsWith('.ts') && file !== 'shared/policy/schema/writing-schema.ts');
  expect(files.filter((file) => ofScript(readFileSync(join(ROOT, file), 'utf8')))).toEqual(SCRIPTS);
  expect(ofScript('const a = /[省市]/u;')).toBe(true);
  expect(ofScript('/** 省 */')).toBe(false);
});

it('finds a name in a string, and none in a comment', () => {
  const code = "// 'school_name'\n/** 'MCA' */\nconst a = 'school_name'; const b = `S1`;";
  expect(found([['a.ts', code]], names)).toEqual({ 'a.ts': ['S1', 'school_name'] });
});
