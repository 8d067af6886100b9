/** The engine contains no law: another one runs on it unchanged, and its code has no name of the first. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/policy/decide/decide.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { mustSeal } from '../../shared/policy/pack/pack.ts';
import { present } from '../../shared/policy/present/present.ts';
import type { FieldDecision } from '../../shared/policy/types.ts';
import {
  artefact,
  askFor,
  callerFor,
  children,
  compileFolder,
  HOUSING_FOLDER,
  NOW,
  situation,
} from './support.ts';

const ENGINE = new URL('../../shared/policy/', import.meta.url);
const housing = compileFolder(HOUSING_FOLDER);

describe('the code of the engine', () => {
  const files = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name, readFileSync(new URL(name, ENGINE), 'utf8')] as const);
  /** Words that are common language as well. */
  const COMMON = new Set(['name', 'sex', 'photo', 'case', 'facts', 'person', 'steward']);
  const names = [children, housing].flatMap((pack) =>
    [
      pack.fields,
      pack.purposes,
      pack.departments,
      pack.roles,
      pack.classes,
      pack.prohibited,
      pack.predicates,
    ].flatMap((map) => [...map.keys()]),
  );
  const words = [...new Set(names)].filter((name) => !COMMON.has(name));

  test.each(files)('%s names no field, purpose, department, role or class of a pack', (_, text) => {
    const quoted = new Set([...text.matchAll(/(['"`])([^'"`\n]*)\1/g)].map((match) => match[2]));
    expect(words.filter((word) => quoted.has(word))).toEqual([]);
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(words.filter((word) => word.includes('_') && new RegExp(`\\b${word}\\b`).test(code))).toEqual([]);
  });
  test.each(files)('%s has no rule about children or their ages', (file, text) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    // Codes of answers are never renamed.
    expect(code.replaceAll('NOT_SUBJECT_OR_GUARDIAN', '')).not.toMatch(/child(?!Of\b)|guardian|parent/i);
    // The weights and positions of a resident number are numbers of its standard.
    if (!file.endsWith('resident-number.ts')) expect(code).not.toMatch(/\b1[48]\b/);
  });
});

test('the code of functions needs neither YAML nor a schema library nor the compiler', () => {
  const allowed = /^(\.\/[a-z-]+\.ts|\.\.\/(errors|json)\.ts|node:crypto|canonicalize)$/;
  for (const name of readdirSync(ENGINE).filter((file) => file.endsWith('.ts'))) {
    // Types are gone when the code runs.
    const text = readFileSync(new URL(name, ENGINE), 'utf8').replace(/^import type [^;]*;$/gm, '');
    const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');
    expect(
      imports.filter((path) => !allowed.test(path)),
      name,
    ).toEqual([]);
  }
});

describe('another law', () => {
  const caller = callerFor(housing, 'AID', { areas: ['1234'] });
  const tenant = situation({
    county: '1234',
    facts: { born: '1990-05-06' },
    consents: [artefact(housing, 'AID', 'tenant' as never, 'given')],
  });
  test('decides by its own table', () => {
    const decision = decide(housing, caller, askFor(housing, 'AID'), tenant, NOW);
    expect(decision).toMatchObject({
      outcome: 'release',
      verdict: 'YES',
      reason: 'AGREED',
      obligations: ['KEEP_FILE'],
    });
    expect(mustSeal(housing, decision.fields)).toBe(true);
    const young = { ...tenant, facts: { born: '2010-05-06' } };
    expect(decide(housing, caller, askFor(housing, 'AID'), young, NOW)).toMatchObject({
      outcome: 'refused',
      reason: 'MINOR',
    });
    expect(decide(housing, caller, askFor(housing, 'AID'), { ...tenant, county: '4321' }, NOW).reason).toBe(
      'OUT_OF_AREA',
    );
  });
  test('refuses its own prohibited uses and words', () => {
    expect(screen(housing, caller, askFor(housing, 'PY1'), NOW)).toMatchObject({
      code: 'PROHIBITED_PURPOSE',
      alert: true,
    });
    expect(screen(housing, caller, askFor(housing, 'AID', { reason: 'e v i c t i o n' }), NOW)).toMatchObject(
      { code: 'REASON_NEEDS_REVIEW' },
    );
  });
  test('shows its own forms', () => {
    const shown = (purpose: string, field: string) =>
      present(housing, field, { cell: housing.purposes.get(purpose)?.cells.get(field) } as FieldDecision, {
        now: NOW,
        caller,
        ask: askFor(housing, purpose),
        values: new Map<string, string | number>([
          ['tenant', '张三'],
          ['born', '1990-05-06'],
          ['quarter', '123456'],
          ['rent', 850],
        ]),
        token: 't',
      })?.value;
    expect(['tenant', 'born', 'quarter', 'rent'].map((field) => shown('AID', field))).toEqual([
      '张***',
      '21-64',
      '1234',
      850,
    ]);
    expect(shown('CHECK', 'rent')).toBe('YES');
  });
});
