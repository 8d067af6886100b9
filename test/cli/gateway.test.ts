import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordsOf } from '../../infra/local/sample/records.ts';
import type { IntakeRecord } from '../../shared/client/wire/types.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency, type Run } from './run.ts';

const TODAY = '2026-11-25';
const AGENCIES = [
  'mca-county',
  'mps-county',
  'edu-county',
  'audit-office',
  'charity-sunrise',
  'press-office',
];
const RELEASE = ['release', '--officer', 'zhang.wei', '--reason', 'winter subsidy, grade 5'];

const folder = sharedFolder();

const gateway = await fileGateway();
beforeAll(async () => {
  logInAt(folder, gateway);
  for (const clientId of AGENCIES) putAgency(folder, gateway.agency(clientId));
  for (const clientId of ['mca-county', 'mps-county', 'edu-county']) {
    const { code, stderr } = await run(clientId, ['intake', '-'], lines(sampleOf(clientId)));
    if (code !== 0) throw new Error(`the sample was not taken: ${stderr}`);
  }
});

/** The first three children whose ID number is known: every child of `mca-county` has a sheet. */
function sampleOf(clientId: string): IntakeRecord[] {
  return [...recordsOf(clientId, { people: 4, today: TODAY })].filter(({ fields }) => fields !== null);
}

const lines = (records: IntakeRecord[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const idNumberOf = (at: number) => {
  const record = sampleOf('edu-county')[at] as IntakeRecord & { match: { id_number: string } };
  return record.match.id_number;
};

function run(clientId: string, args: string[], input?: string): Promise<Run> {
  return fieldgate(folder, [...args, '--as', clientId], input === undefined ? {} : { input });
}

describe('release', () => {
  test('shows fields, forms and what is withheld as a table', async () => {
    const { code, stdout } = await run('edu-county', [
      ...RELEASE,
      '--purpose',
      'S1',
      '--id-number',
      idNumberOf(0),
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^purpose +S1/m);
    expect(stdout).toMatch(/^field +value +form +from/m);
    expect(stdout).toMatch(/^School \(school_name\) +\S.* +plain +Education \d{4}-\d\d-\d\d$/m);
    expect(stdout).toMatch(/log entry \S+/);
  });

  test('nothing that was given has no check mark', async () => {
    const { stdout } = await run('edu-county', [
      ...RELEASE,
      ...['--purpose', 'S1', '--id-number', idNumberOf(0), '--field', 'illness'],
    ]);
    expect(stdout).toMatch(/^! /m);
    expect(stdout).not.toContain('✓');
  });

  test('gives the unchanged answer with --json', async () => {
    const { code, json } = await run('edu-county', [
      ...RELEASE,
      ...['--purpose', 'S1', '--id-number', idNumberOf(0), '--field', 'name,illness', '--json'],
    ]);
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      purpose: 'S1',
      results: [
        {
          fields: { name: { form: 'plain', owner: 'MPS' } },
          withheld: { illness: { code: 'FIELD_NOT_IN_PURPOSE' } },
        },
      ],
    });
  });

  test('opens a sealed answer', async () => {
    const { code, json } = await run('edu-county', [
      ...RELEASE,
      ...['--purpose', 'S1', '--id-number', idNumberOf(0), '--field', 'name', '--sealed', '--json'],
    ]);
    expect(code).toBe(0);
    expect(json().results[0].fields.name.form).toBe('plain');
  });

  test('takes people from standard input, and exits with 1 if one of them is refused', async () => {
    const subjects = JSON.stringify([
      { match: { id_number: idNumberOf(0) } },
      { match: { id_number: '990001201305069014' } },
    ]);
    const { code, stdout } = await run(
      'edu-county',
      [...RELEASE, '--purpose', 'S1', '--subjects', '-'],
      subjects,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('✓ 1 of 2');
    expect(stdout).toContain('✗ 2 of 2: REFUSED');
    expect(stdout).not.toContain('fieldgate sample');
    // At a local gateway the number is mostly one of another day's sample.
    mkdirSync(join(folder, '.fieldgate', 'store'), { recursive: true });
    writeFileSync(join(folder, '.fieldgate', 'store', 'sample.json'), '{}');
    const again = await run('edu-county', [...RELEASE, '--purpose', 'S1', '--subjects', '-'], subjects);
    expect(again.stdout).toContain('fieldgate sample lists them');
  });

  test('a purpose that is not open: exit code 1, the rule, and a hint', async () => {
    const { code, stdout, stderr } = await run('edu-county', [
      ...RELEASE,
      '--purpose',
      'W1',
      '--case',
      'X',
      '--id-number',
      idNumberOf(0),
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('PURPOSE_NOT_FOR_ROLE');
    expect(stderr).toContain('fieldgate whoami');
  });

  test('without an officer it names the missing option', async () => {
    const { code, stderr } = await run('edu-county', [
      'release',
      '--purpose',
      'S1',
      '--ref',
      'x',
      '--reason',
      'aid',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('--officer');
  });

  test('a prohibited use is refused with its rule', async () => {
    const { code, stderr } = await run('edu-county', [
      ...RELEASE,
      '--purpose',
      'PX3',
      '--id-number',
      idNumberOf(0),
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/PROHIBITED_PURPOSE, rule A15/);
  });
});

describe('intake', () => {
  test('takes a JSON file, and makes no duplicates the second time', async () => {
    const [first] = sampleOf('mca-county') as [IntakeRecord];
    const { ifVersion: _once, ...record } = first;
    const path = join(folder, 'records.json');
    writeFileSync(path, JSON.stringify([record]));
    const { code, json } = await run('mca-county', ['intake', path, '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ created: 0, updated: 1, failed: 0 });
  });

  test('lists refused and flagged fields, and exits with 1', async () => {
    const records = [
      { match: { local_id: 'CLI-1' }, fields: { visit_notes: 'x', id_number: '99000120130506001X' } },
      { match: { local_id: 'CLI-2' }, fields: { school_name: 'x' } },
    ];
    const { code, stdout } = await run('mca-county', ['intake', '-'], lines(records as IntakeRecord[]));
    expect(code).toBe(1);
    expect(stdout).toContain('2 records: 1 created, 0 updated, 1 failed');
    expect(stdout).toMatch(/^1 +id_number +\S+ +\S+ +not stored/m);
    expect(stdout).toMatch(/^2 +\S+/m);
  });

  test('a dry run writes nothing', async () => {
    const record = {
      match: { local_id: 'CLI-DRY' },
      fields: { visit_notes: 'x' },
    } as unknown as IntakeRecord;
    const dry = await run('mca-county', ['intake', '-', '--dry-run'], lines([record]));
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('nothing was written');
    const after = await run(
      'mca-county',
      ['intake', '-', '--if-absent', 'refuse', '--json'],
      lines([record]),
    );
    expect(after.json()).toMatchObject({ failed: 1, results: [{ problem: { code: 'REFUSED' } }] });
  });

  test('a bad line is named by its number and not quoted', async () => {
    const { code, stderr } = await run(
      'mca-county',
      ['intake', '-'],
      '{"match":{"local_id":"A"},"fields":{}}\nPLANTED\n',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('Line 2');
    expect(stderr).not.toContain('PLANTED');
  });

  test('an agency without the right: exit code 1 and a hint', async () => {
    const record = { match: { local_id: 'A' }, fields: { visit_notes: 'x' } } as unknown as IntakeRecord;
    const { code, stderr } = await run('press-office', ['intake', '-'], lines([record]));
    expect(code).toBe(1);
    expect(stderr).toContain('fieldgate whoami');
  });
});

describe('log', () => {
  test('lists entries as a table and as JSON', async () => {
    const table = await run('audit-office', ['log', '--purpose', 'S1', '--limit', '3']);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^time \(UTC\+8\) +kind +agency/m);
    expect(table.stdout).toMatch(/decision +edu-county +zhang\.wei +S1/);
    const utc = await run('audit-office', ['log', '--purpose', 'S1', '--limit', '3', '--utc']);
    expect(utc.stdout).toMatch(/^time \(UTC\) +kind +agency/m);
    const asJson = await run('audit-office', ['log', '--purpose', 'S1', '--limit', '2', '--json']);
    expect(asJson.json()).toHaveLength(2);
    expect(JSON.parse(asJson.stdout).more).toBe(true);
  });

  test('an empty list has a hint how to search further', async () => {
    const { code, stdout } = await run('audit-office', ['log', '--agency', 'charity-harbour']);
    expect(code).toBe(0);
    expect(stdout).toContain('No entries');
  });

  test('shows one entry with its proof', async () => {
    const entries = (
      await run('audit-office', ['log', '--kind', 'decision', '--limit', '1', '--json'])
    ).json();
    const { code, stdout } = await run('audit-office', ['log', 'entry', entries[0].id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^officer +zhang\.wei/m);
    expect(stdout).toMatch(/^leaf hash +\S+/m);
  });

  test('a missing entry: exit code 1', async () => {
    const { code, stderr } = await run('audit-office', ['log', 'entry', 'nothing']);
    expect(code).toBe(1);
    expect(stderr).toContain('NOT_FOUND');
  });

  test('is for auditors', async () => {
    const { code } = await run('edu-county', ['log']);
    expect(code).toBe(1);
  });
});

describe('usage, whoami, catalogue', () => {
  test("usage shows the recipients of this department's fields", async () => {
    const { code, stdout } = await run('mps-county', ['usage']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/edu-county +S1/);
  });

  test('whoami shows the agency, with a purpose or without', async () => {
    const { code, stdout } = await run('edu-county', ['whoami']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^purposes +S1 School support$/m);
    expect((await run('charity-sunrise', ['whoami'])).code).toBe(0);
    expect((await run('charity-sunrise', ['whoami', '--purpose', 'C1'])).code).toBe(0);
  });

  test('catalogue shows purposes, and one with its fields', async () => {
    const all = await run('edu-county', ['catalogue']);
    expect(all.stdout).toMatch(/^S1 /m);
    const one = await run('edu-county', ['catalogue', 'S1']);
    expect(one.stdout).toMatch(/^school_name +School +plain/m);
    expect((await run('edu-county', ['catalogue', 'W1'])).code).toBe(2);
  });
});

test('no private key, token or proof is ever written', async () => {
  const { sig, enc } = gateway.agency('edu-county');
  const runs = [
    await run('edu-county', ['whoami', '--json']),
    await run('edu-county', [...RELEASE, '--purpose', 'W1', '--ref', 'x', '--json']),
  ];
  for (const { stdout, stderr } of runs) {
    for (const secret of [sig.d as string, enc.d as string]) expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toMatch(/eyJ[\w-]{20}/);
  }
});
