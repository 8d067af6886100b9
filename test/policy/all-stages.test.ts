/** One run of the compiler names the faults of all stages, and none that only follows from another. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { CHILDREN_FOLDER } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stages-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Bend = readonly [file: string, from: string | RegExp, to: string, fault: RegExp];

/** Each is the fault of another stage, or of another check of the last one. */
const SYNTAX: Bend = ['reviews.yaml', /^reviews:/m, 'reviews: [', /^reviews\.yaml: /];
const BENDS: readonly Bend[] = [
  ['departments.yaml', /label: \{ en: [^,}]+, /, 'label: { ', /^departments\.yaml: no en text/],
  ['fields.yaml', /level: L3/, 'level: L9', /^fields\.yaml: .*L9/],
  ['tasks.yaml', /byHand: true/, 'byHands: true', /^tasks\.yaml: unknown key "byHands"/],
  ['purposes/S1.yaml', /rule: A8\.1/, 'rule: A88.1', /^purposes\/S1\.yaml: there is no rule "A88\.1"/],
  ['purposes/W3.yaml', 'name: plain A7.1', 'name: blank A7.1', /^purposes\/W3\.yaml: .*blank/],
  [
    'purposes/M1.yaml',
    'photo: none',
    'photo: plain',
    /^purposes\/M1\.yaml: ("photo" is never disclosed to media|no cohort is counted by "photo")/,
  ],
  ['forms.yaml', '12, 14, 16, 18', '12, 16, 18', /^forms\.yaml: a band crosses the age of 14/],
  ['programmes.yaml', /purpose: C1/, 'purpose: C9', /^programmes\.yaml: there is no purpose "C9"/],
  ['assessments.yaml', /sha256: [0-9a-f]{8}/, 'sha256: 00000000', /^assessments\.yaml: the SHA-256 of/],
  ['acts.yaml', /roles: \[/, 'roles: [nobody, ', /^acts\.yaml: there is no role "nobody"/],
];

function faultsOf(bends: readonly Bend[]): string[] {
  cpSync(CHILDREN_FOLDER, folder, { recursive: true });
  for (const [file, from, to] of bends) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const next = text.replace(from, to);
    if (next === text) throw new Error(`nothing changed in ${file}`);
    writeFileSync(path, next);
  }
  return compilePack(folder).faults.map(({ file, message }) => `${file}: ${message}`);
}

it('names a fault of each stage, all of them in one run', () => {
  const faults = faultsOf(BENDS);
  expect(
    BENDS.filter(([, , , fault]) => !faults.some((one) => fault.test(one))).map(([file]) => file),
  ).toEqual([]);
  // As many as there are places, but for a name that stands in several.
  const others = faults.filter((one) => !BENDS.some(([, , , fault]) => fault.test(one)));
  expect(others).toEqual(['tasks.yaml: "byHand" is missing: add `byHand: …`']);
});

it('looks at the other files if one can not be read', () => {
  const faults = faultsOf([SYNTAX, ...BENDS]);
  const all = [SYNTAX, ...BENDS];
  expect(all.filter(([, , , fault]) => !faults.some((one) => fault.test(one))).map(([file]) => file)).toEqual(
    [],
  );
  expect(faults.filter((one) => one.includes('"reviews" is missing'))).toEqual([]);
});

it('names the place in a list behind an item that is wrong', () => {
  const bends: Bend[] = [
    ['consent.yaml', /^sections:\n/m, 'sections:\n  - { title: 7, when: 7, rows: 7 }\n', /^$/],
    ['consent.yaml', /(sections:[\s\S]*)reason: (\w+)/, '$1reason: NO_SUCH', /^$/],
  ];
  cpSync(CHILDREN_FOLDER, folder, { recursive: true });
  faultsOf(bends);
  const line = readFileSync(join(folder, 'consent.yaml'), 'utf8')
    .split('\n')
    .findIndex((one) => one.includes('NO_SUCH'));
  expect(compilePack(folder).faults.filter(({ message }) => message.includes('NO_SUCH'))).toMatchObject([
    { file: 'consent.yaml', line: line + 1 },
  ]);
});

it.each(BENDS)('%s alone: one fault, and none that follows from it', (...bend) => {
  const faults = faultsOf([bend]);
  expect(faults.filter((one) => !bend[3].test(one) && !/"byHand" is missing/.test(one))).toEqual([]);
});
