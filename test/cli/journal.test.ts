/** Which job a folder belongs to. */
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openJournal } from '../../infra/cli/lists/journal.ts';
import { sharedFolder } from '../support/folder.ts';

const folder = sharedFolder();
vi.stubEnv('XDG_CONFIG_HOME', folder);

it('a folder without an answer is free for another job, and one with answers is not', () => {
  const job = join(folder, 'list.released');
  openJournal(job, { fields: 'name' }).close();
  const second = openJournal(job, { fields: 'school_name' });
  second.keep([[second.keyOf('row'), { given: true }]]);
  second.close();
  expect(() => openJournal(job, { fields: 'name' })).toThrow('belongs to the job of another list');
  const again = openJournal(job, { fields: 'school_name' });
  expect(again.answers.size).toBe(1);
  again.close();
});

it('a request that was sent without an answer keeps its folder', () => {
  const job = join(folder, 'sent');
  const first = openJournal(job, { fields: 'name' });
  first.send([first.keyOf('row')]);
  first.close();
  expect(() => openJournal(job, { fields: 'school_name' })).toThrow('belongs to the job of another list');
});
