import { describe, expect, test } from 'vitest';
import { normaliseKey, validateField } from '../../shared/policy/check/validate.ts';
import { mayIntake } from '../../shared/policy/decide/decide.ts';
import type { Json } from '../../shared/policy/types.ts';
import { normaliseNumber } from '../../shared/policy/value/resident-number.ts';
import { callerFor, children, NOW, sharedJson } from './support.ts';

const check = (field: string, value: Json, other: Record<string, Json> = {}) =>
  validateField(children, field, value, { other: new Map(Object.entries(other)), now: NOW });
const ID = '99000120130506001X';

describe('a value of the wrong form is malformed', () => {
  test.each<[string, Json]>([
    ['name', ''],
    ['name', 'x'.repeat(51)],
    ['name', '\ud800'],
    ['name', 5],
    ['id_number', '123'],
    ['sex', '3'],
    ['birth_date', '2013-02-29'],
    ['birth_date', '06/05/2013'],
    ['hukou_address', { text: 'x', division: '99' }],
    ['hukou_address', { text: 'x', division: '990001', extra: 1 }],
    ['division_code', '9900'],
    ['child_phone', '12345'],
    ['parent_identity', [{ name: '王' }, { name: '李' }, { name: '赵' }]],
    ['harm_incident', { type: 'neglect', reporter: '邻居' }],
    ['hardship_category', ['rich']],
    ['guardianship_status', { status: 'fine' }],
    ['illness', { code: '急性白血病' }],
    // What says HIV is no serious illness like others: `hiv_status` has a key of its own.
    ...['B20', 'B24.x01', 'R75', 'Z21', 'Z20.6', 'Z83.0', 'O98.7'].map((code): [string, Json] => [
      'illness',
      { code },
    ]),
    ['mental_health', { code: 'F02.4' }],
    ['record_token', 'x'],
    ['no_such_field', 'x'],
    ['household_profile', JSON.parse('{"members":1,"monthlyIncome":1,"__proto__":1}')],
  ])('%s', (field, value) => expect(check(field, value)).toEqual({ malformed: true, warnings: [] }));
});

describe('a value that contradicts another is stored and flagged', () => {
  test.each<[string, Json, Record<string, Json>, string[]]>([
    ['id_number', ID, {}, []],
    ['id_number', '990001201305060019', {}, ['CHECK_DIGIT']],
    ['id_number', '990001201302300010', {}, ['CHECK_DIGIT']],
    ['sex', '1', { id_number: ID }, []],
    ['sex', '2', { id_number: ID }, ['SEX_DISAGREES']],
    ['sex', '9', { id_number: ID }, []],
    ['birth_date', '2013-05-06', { id_number: ID }, []],
    ['birth_date', { date: '2013-05-07', estimated: true }, { id_number: ID }, ['BIRTH_DATE_DISAGREES']],
    ['birth_date', '2030-01-01', {}, ['FUTURE_DATE']],
    ['disability_cert_no', `${ID}42`, { id_number: ID.toLowerCase() }, []],
    ['disability_cert_no', '99000120130506002842', { id_number: ID }, ['ID_NUMBER_DISAGREES']],
    ['student_no', `G${ID}`, { id_number: ID }, []],
    ['student_no', 'G990001201305060028', { id_number: ID }, ['ID_NUMBER_DISAGREES']],
    ['student_no', 'L123456789012345678', { id_number: ID }, []],
    ['bank_account', { number: '6222020000000000001' }, {}, ['ACCOUNT_CHECK_DIGIT']],
    ...['C91.x00', 'C91.000x001', 'G63.2*', 'Z94.0'].map(
      (code): [string, Json, Readonly<Record<string, Json>>, string[]] => ['illness', { code }, {}, []],
    ),
    ['medical_record', '2020年起抗逆转录治疗', {}, ['HIV_IN_TEXT']],
    ['mental_health', { code: 'F43', note: 'told that he has H.I.V.' }, {}, ['HIV_IN_TEXT']],
    ['visit_notes', '奶奶说他得了艾滋病', {}, ['HIV_IN_TEXT']],
    ['edu_assessment', '建议随班就读，配备资源教师。', {}, []],
  ])('%s %j', (field, value, other, warnings) =>
    expect(check(field, value, other)).toEqual({ malformed: false, warnings }),
  );
});

describe('keys', () => {
  test('differences in writing do not count', () => {
    for (const text of [
      ID,
      ID.toLowerCase(),
      ` ${ID} `,
      '９９０００１２０１３０５０６００１Ｘ',
      '990001 20130506 001X',
    ]) {
      expect(normaliseKey(children, 'id_number', text)).toBe(ID);
    }
    expect(normaliseKey(children, 'id_number', '110105491231002')).toBe('11010519491231002X');
  });
  test('a text without a number or a key gives none', () => {
    expect(normaliseKey(children, 'id_number', '123')).toBeNull();
    expect(normaliseKey(children, 'id_number', 5)).toBeNull();
    expect(normaliseKey(children, 'name', '张三')).toBeNull();
  });
  test("a source's own key keeps its case", () => {
    expect(normaliseKey(children, 'local_id', ' Welfare-1 ')).toBe('Welfare-1');
    expect(normaliseKey(children, 'local_id', ' ')).toBeNull();
  });
});

interface Vectors {
  vectors: { id: string; want: string; why: string }[];
}
const numbers = sharedJson('vectors/cn/gb11643-vectors.json') as Vectors | null;

describe.skipIf(numbers === null)('GB 11643 vectors (skipped where they are absent)', () => {
  test.each(numbers?.vectors ?? [])('$id $want: $why', ({ id, want }) => {
    const number = normaliseNumber(id);
    const flagged = number === null || check('id_number', number).warnings.length > 0;
    if (want === 'valid' || want === 'accept-after-normalisation') expect(flagged).toBe(false);
    else if (want === 'normalise-or-reject') expect(number === null || !flagged).toBe(true);
    else if (want.startsWith('legacy15->')) expect(number).toBe(want.slice(10));
    else expect(flagged).toBe(true);
  });
});

describe('the right to write', () => {
  test('the department that owns the field, the preferred one first', () => {
    expect(mayIntake(children, callerFor(children, 'R1'), 'name')).toEqual({ owner: 'MPS' });
    expect(mayIntake(children, callerFor(children, 'W1'), 'name')).toEqual({ owner: 'MCA' });
  });
  test('keeps an institution from saying itself who is placed in it, or who decides for them', () => {
    const home = (change: object) =>
      callerFor(children, 'W4', { departments: ['MCA'], roles: ['welfare-institution'], ...change });
    const institution = { institution: 'WI-990001-01' };
    const says = (change: object, field: string) => mayIntake(children, home(change), field);
    expect(says(institution, 'placement_site')).toMatchObject({ code: 'NOT_OWNER' });
    expect(says(institution, 'visit_notes')).toEqual({ owner: 'MCA' });
    // Nor who decides for the child: it would name whose consent counts.
    for (const field of ['guardian_identity', 'guardianship_status'])
      expect(says(institution, field)).toMatchObject({ code: 'NOT_OWNER' });
    const bureau = { ...institution, roles: ['county-civil-affairs'] };
    expect(says(bureau, 'placement_site')).toEqual({ owner: 'MCA' });
    expect(says(bureau, 'guardian_identity')).toEqual({ owner: 'MCA' });
  });
  test('no other department, and no virtual or unknown field', () => {
    expect(mayIntake(children, callerFor(children, 'S1'), 'name')).toMatchObject({
      code: 'NOT_OWNER',
      rule: 'A4.2',
    });
    expect(mayIntake(children, callerFor(children, 'W1'), 'record_token')).toMatchObject({
      code: 'FIELD_NOT_STORED',
    });
    expect(mayIntake(children, callerFor(children, 'W1'), 'constructor')).toMatchObject({
      code: 'FIELD_UNKNOWN',
    });
  });
});
