import { describe, expect, test } from 'vitest';
import { countRecords, recordsOf, SAMPLE_SOURCES } from '../../../infra/local/sample/records.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';

const TODAY = '2026-11-25';
const OPTIONS = { today: TODAY };
const records = new Map(SAMPLE_SOURCES.map((clientId) => [clientId, [...recordsOf(clientId, OPTIONS)]]));
const of = (clientId: string) => records.get(clientId) as IntakeRecord[];
const all = [...records.values()].flat();
const matchOf = (record: IntakeRecord) => ('match' in record ? record.match : {});

/** The field catalogue of the rules, without fields that are never stored. */
const FIELDS = [
  ...['name', 'id_number', 'sex', 'birth_date', 'ethnicity', 'hukou_address', 'residence_address'],
  ...['division_code', 'child_phone', 'placement_site', 'parent_identity', 'parent_status'],
  ...['household_profile', 'guardian_identity', 'guardian_relation', 'guardian_phone'],
  ...['guardianship_status', 'entrusted_carer', 'health_status', 'illness', 'medical_record'],
  ...['mental_health', 'hiv_status', 'disability_cert_no', 'disability_category', 'disability_level'],
  ...['school_name', 'student_no', 'schooling_status', 'edu_assessment', 'hardship_category', 'benefits'],
  ...['bank_account', 'visit_notes', 'harm_incident', 'case_info', 'photo', 'av_recording', 'id_scan'],
  ...['adoption_info', 'able_to_express_will'],
];

test('all fields of the catalogue are there, and neither offences nor tokens', () => {
  const fields = new Set(all.flatMap((record) => Object.keys(record.fields)));
  expect([...fields].sort()).toEqual(FIELDS.sort());
});

test('the count is that of all agencies together', () => {
  expect(countRecords(OPTIONS)).toBe(all.length);
});

test('eight agencies of seven departments put records in', () => {
  expect([...records].map(([clientId, { length }]) => [clientId, length > 0])).toEqual([
    ['mca-county', true],
    ['mca-neighbour', true],
    ['mps-county', true],
    ['edu-county', true],
    ['health-hospital', true],
    ['cdpf-county', true],
    ['court-county', true],
    ['procuratorate-county', true],
  ]);
});

test('an agency that owns nothing puts nothing in', () => {
  expect(() => [...recordsOf('press-office', OPTIONS)]).toThrow('press-office');
});

test('every record has a key of its own department, and no two are alike', () => {
  for (const list of records.values()) {
    const keys = list.map((record) => matchOf(record)['local_id']);
    expect(keys).not.toContain(undefined);
    expect(new Set(keys).size).toBe(list.length);
  }
});

test('foundlings are matched by local_id alone and their birth date is estimated', () => {
  const foundlings = of('mca-county').filter((record) => matchOf(record)['id_number'] === undefined);
  expect(foundlings).toHaveLength(4);
  for (const { fields } of foundlings) {
    expect(fields['birth_date']).toMatchObject({ estimated: true });
    expect(fields['name']).toBeTypeOf('string');
  }
  const elsewhere = all.filter((record) => matchOf(record)['id_number'] === undefined);
  expect(elsewhere).toHaveLength(4);
});

test('certificates and student numbers hold the ID number; some student numbers do not', () => {
  for (const record of of('cdpf-county')) {
    const {
      disability_cert_no: number,
      disability_category: category,
      disability_level: level,
    } = record.fields;
    expect(number).toBe(`${matchOf(record)['id_number']}${category}${level}`);
  }
  const numbers = of('edu-county').flatMap((record) =>
    record.fields['student_no'] === undefined
      ? []
      : [[record.fields['student_no'], matchOf(record)['id_number']] as const],
  );
  const general = numbers.filter(([number, id]) => number === `G${id}`);
  const local = numbers.filter(([number]) => /^L\d{18}$/.test(String(number)));
  expect(general.length + local.length).toBe(numbers.length);
  expect(local).toHaveLength(2);
});

test("the neighbour's children are in its own county and in no sheet of another", () => {
  const numbers = of('mca-neighbour').map((record) => matchOf(record)['id_number']);
  expect(numbers).toHaveLength(3);
  for (const { fields } of of('mca-neighbour')) expect(fields['division_code']).toMatch(/^990002/);
  const others = all.filter((record) => !of('mca-neighbour').includes(record));
  expect(others.map((record) => matchOf(record)['id_number'])).not.toContain(numbers[0]);
});

test('guardians in conflict, revoked guardianship, HIV and harm are few', () => {
  const conflicts = of('mca-county').filter(({ fields }) =>
    JSON.stringify(fields['guardianship_status']).includes('true'),
  );
  const revoked = of('court-county').filter(({ fields }) => JSON.stringify(fields).includes('"revoked"'));
  const hiv = of('health-hospital').filter(({ fields }) => fields['hiv_status'] !== undefined);
  const harm = of('mps-county').filter(({ fields }) => fields['harm_incident'] !== undefined);
  expect([conflicts, revoked, hiv, harm].map(({ length }) => length)).toEqual([3, 2, 2, 4]);
});

describe('shapes', () => {
  const values = (field: string) => all.flatMap(({ fields }) => (field in fields ? [fields[field]] : []));

  test('phones are of an unassigned block', () => {
    for (const phone of [...values('child_phone'), ...values('guardian_phone')])
      expect(phone).toMatch(/^160\d{8}$/);
  });

  test('division codes have twelve digits', () => {
    for (const code of values('division_code')) expect(code).toMatch(/^99000[12]\d{6}$/);
  });

  test('addresses are text with a division', () => {
    for (const address of values('hukou_address')) {
      expect(address).toEqual({ text: expect.any(String), division: expect.stringMatching(/^\d{12}$/) });
    }
  });

  test('card numbers are of no bank and pass the Luhn check', () => {
    for (const account of values('bank_account')) {
      const { number } = account as { number: string };
      expect(number).toMatch(/^99\d{17}$/);
      const sum = [...number].reverse().reduce((total, digit, at) => {
        const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1);
        return total + (doubled > 9 ? doubled - 9 : doubled);
      }, 0);
      expect(sum % 10).toBe(0);
    }
  });
});
