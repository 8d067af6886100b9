import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namingIn } from '../../infra/cli/lists/headings.ts';
import { readSubjects } from '../../infra/cli/lists/subjects-file.ts';
import type { CollectionSchema } from '../../shared/contract/office.ts';
import { sharedFolder } from '../support/folder.ts';

const folder = sharedFolder();

const fields = { id_number: { label: { en: 'Resident ID number', zh: '公民身份号码' } } };
const gate = { matchKeys: ['id_number'], schema: async () => ({ fields }) as unknown as CollectionSchema };

async function read(text: string) {
  const file = join(folder, 'list.csv');
  writeFileSync(file, text);
  return readSubjects(file, gate);
}
const person = (row: number, id_number: string) => ({ row, subject: { match: { id_number } } });

describe('the headings of a table', () => {
  it.each([
    ['公民身份号码', "the policy's word"],
    ['Resident ID number:', 'its word in another language, with a colon'],
    ['身份证号 *', 'a usual word'],
    ['ID No.', 'a usual word in English'],
  ])('%s names people: %s', async (head) => {
    expect((await read(`姓名,${head}\nA,1\n`)).rows).toEqual([person(2, '1')]);
  });

  it("prefer the policy's word to a usual one, and do not guess between two that are as plain", async () => {
    expect((await read('证件号码,公民身份号码\nG1,1\n')).rows).toEqual([person(2, '1')]);
    await expect(read('证件号码,身份证号\nG1,1\n')).rejects.toThrow('Two columns are id_number');
  });

  it('name the key that the caller says they stand for', async () => {
    const list = { format: 'csv' as const, columns: ['证件号码', '身份证号', '学籍'], lines: [] };
    expect([...(await namingIn(list, gate, [['身份证号', 'id_number']]))]).toEqual([
      ['证件号码', null],
      ['身份证号', 'id_number'],
    ]);
    await expect(namingIn(list, gate, [['学籍', 'school']])).rejects.toThrow('school does not tell who');
  });

  it('do not make a person of a number that a spreadsheet has shortened', async () => {
    expect((await read('身份证号\n9.90001E+17\n1\n')).rows).toEqual([person(3, '1')]);
  });
});

describe('a CSV table', () => {
  it.each([
    ['ends of lines of Unix', 'name,id_number\nA,1\nB,2\n'],
    ['ends of lines of Windows', 'name,id_number\r\nA,1\r\nB,2\r\n'],
    ['both ends of lines', 'name,id_number\r\nA,1\nB,2'],
    ['a byte order mark', '\uFEFFname,id_number\nA,1\nB,2\n'],
    ['blanks around names and numbers', ' name , id_number \nA, 1\nB,2 \n'],
    ['a column more than the head names', 'name,id_number\nA,1,x\nB,2\n'],
  ])('is read with %s', async (_, text) => {
    expect((await read(text)).rows).toEqual([person(2, '1'), person(3, '2')]);
  });

  it('may hold commas, quotes and ends of lines in quotes, and counts rows by lines', async () => {
    const { rows } = await read('note,id_number\n"a, ""b""\nc",1\n\nB,2\n');
    expect(rows).toEqual([person(2, '1'), person(5, '2')]);
  });

  it('prefers the number to the reference, skips rows without either, and counts repeated people', async () => {
    const { rows, repeated } = await read('id_number,ref\n1,r1\n,r2\n,\n1,\n');
    expect(rows).toEqual([person(2, '1'), { row: 3, subject: { ref: 'r2' } }]);
    expect(repeated).toBe(1);
  });

  it('is refused by its line number, without its content, if quotes are not closed', async () => {
    await expect(read('name,id_number\nA,1\n"secret,2\n')).rejects.toThrow(
      /^Line \d is not a line of a CSV table\.$/,
    );
    await expect(read('name,id_number\nA,1\nse"cret,2\n')).rejects.toThrow(
      'Line 3 is not a line of a CSV table.',
    );
  });

  it('is refused without a column that names people, and without people', async () => {
    await expect(read('name\nA\n')).rejects.toThrow('who is meant');
    await expect(read('id_number\n')).rejects.toThrow('names no person');
  });
});
