/** Classes of sharing, the exported catalogue, and the impact assessments of purposes and programmes. */
import { describe, expect, it } from 'vitest';
import { checkCompiled } from '../../shared/policy/compile/check-compiled.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { hashOf } from '../../shared/policy/pack/load-pack.ts';
import { catalogueCsv, catalogueRows, directoriesOf } from '../../shared/policy/present/catalogue.ts';
import { changed, faultsOf } from './changed-pack.ts';
import { CHILDREN_FOLDER, children } from './support.ts';

describe('the catalogue', () => {
  it('has a line for every field, with its purposes as conditions', () => {
    const rows = catalogueRows(children);
    expect(rows.length).toBe(children.fields.size);
    const hiv = rows.find(({ name }) => name === 'hiv_status');
    expect(hiv).toMatchObject({
      sharing: 'conditional',
      source: 'HEALTH',
      basis: expect.stringContaining('AIDS 39'),
    });
    expect(hiv?.conditions.split(' ')).toContain('J1:plain');
    expect(hiv?.conditions).not.toMatch(/\bS1:/);
  });

  it('is CSV whose cells with commas and quotes are quoted', () => {
    const [field] = [...children.fields.values()];
    if (!field) return expect.fail();
    const fields = new Map([['x', { ...field, label: { en: 'a "b", c' } }]]);
    const [head, line, end] = catalogueCsv({ ...children, fields, purposes: new Map() }).split('\r\n');
    expect(head?.split(',').slice(0, 3)).toEqual(['name', 'label-en', 'label-zh']);
    expect(line).toContain(',"a ""b"", c",');
    expect(end).toBe('');
  });

  it('says the grade of a field, and the number of people from which it is of a higher one', () => {
    const { catalogue } = children;
    if (!catalogue) return expect.fail();
    const core = { ...catalogue.grades['core'], label: { en: 'Core' }, fields: ['hiv_status'] };
    const rows = catalogueRows({
      ...children,
      catalogue: { ...catalogue, grades: { ...catalogue.grades, core } },
    });
    const of = (field: string) => {
      const row = rows.find(({ name }) => name === field);
      return [row?.grade, row?.['grade-from']];
    };
    expect([of('name'), of('sex'), of('hiv_status')]).toEqual([
      ['general', 'important:100000'],
      ['general', ''],
      ['core', ''],
    ]);
    expect(catalogueRows({ ...children, catalogue: undefined as never })[0]).toMatchObject({
      grade: '',
      code: '',
    });
  });

  it('gives each shared field one code, in the directory of its source, and says that those of the sample are made up', () => {
    const rows = catalogueRows(children).filter(({ sharing }) => sharing !== 'none');
    expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length);
    const { directories, note } = directoriesOf(children);
    const own = new Map(directories.map(({ code, department }) => [code, department]));
    for (const { directory, code, source } of rows)
      expect([own.get(directory), code.startsWith('EXAMPLE-')]).toEqual([source, true]);
    expect(note?.['zh']).toContain('虚构');
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    ['catalogue.yaml', / {10}sex: .*\n/, '', /"sex" is shared, and has no code in the directory of MPS/],
    ['catalogue.yaml', /(MPS\/00)2/, '$11', /the code EXAMPLE-990001-MPS\/001 is given twice/],
    ['catalogue.yaml', / {10}sex: /, '          benefits: ', /MPS is not the first that provides "benefits"/],
    ['alerts.yaml', 'DATA_GRADE_REACHED:', 'DATA_GRADE_GONE:', /raises the alert DATA_GRADE_REACHED: add it/],
    ['fields.yaml', / {4}sharing: conditional\n/, '', /sharing/],
    ['fields.yaml', / {4}basis: .*\n/, '', /basis/],
    [
      'pack.yaml',
      / {2}- AIDS .*\n/,
      '',
      /fields\.yaml:\d+:\d+: "AIDS" is cited, but no law in `bases` begins/,
    ],
    ['pack.yaml', '- AIDS ', '- AIDS2 ', /pack\.yaml:\d+:\d+: the name of a law holds no digit/],
    ['pack.yaml', / {2}- STA .*\n/, '', /purposes\/A1\.yaml:4:\d+: "STA" is cited/],
    ['purposes/S1.yaml', /basis: A8; /, 'basis: A8; SCH, 3; ', /"SCH" is cited/],
    ['rules.yaml', 'MPL11:', 'XYZ11: { en: none, zh: 无 }\n  MPL11:', /rules\.yaml:\d+:\d+: "XYZ" is cited/],
    [
      'fields.yaml',
      /( {2}bank_account:[^#]*?sharing: )conditional/,
      '$1unconditional',
      /"bank_account" is strictly protected/,
    ],
    [
      'fields.yaml',
      /( {2}photo:[^#]*?sharing: )conditional/,
      '$1none',
      /"photo" is not shared, so \w+ can't give it/,
    ],
  ])('a pack may not say %s: %s → %s', (file, from, to, fault) => {
    expect(faultsOf(file, from, to).join()).toMatch(fault);
  });
});

describe('an impact assessment', () => {
  it.each<[string, string | RegExp, string, RegExp]>([
    ['assessments.yaml', 'of: [F1]', 'of: [W1]', /"F1" has no impact assessment/],
    ['assessments.yaml', ', help-page-check]', ']', /"help-page-check" has no impact assessment/],
    ['assessments.yaml', 'of: [F1]', 'of: [F1, F9]', /there is no purpose and no programme "F9"/],
    ['assessments.yaml', 'assessments/care.md', 'assessments/gone.md', /there is no assessments\/gone.md/],
    ['assessments/care.md', 'thirty', 'forty', /the SHA-256 of assessments\/care.md is [0-9a-f]{64}/],
    ['assessments.yaml', / {4}author: .*\n/, '', /author/],
  ])('is required: %s: %s → %s', (file, from, to, fault) => {
    expect(faultsOf(file, from, to).join()).toMatch(fault);
  });

  it('is bound to the policy hash, and a pack without one is not published', () => {
    const { pack } = compilePack(CHILDREN_FOLDER);
    const later = compilePack(changed('assessments.yaml', 'date: 2026-11-26', 'date: 2026-11-27')).pack;
    expect(later?.hash).not.toBe(pack?.hash);
    if (!pack) return expect.fail();
    const { care: _, ...rest } = pack.assessments;
    const without = { ...pack, assessments: rest };
    expect(checkCompiled({ ...without, hash: hashOf(without) })).toEqual({ ok: false, parts: ['purposes'] });
    expect(checkCompiled(pack)).toMatchObject({ ok: true });
  });
});
