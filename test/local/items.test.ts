import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { type Items, openItems } from '../../infra/local/aws/dynamo/items.ts';
import { temporaryFolder } from '../support/folder.ts';

const EARLIER =
  'CREATE TABLE items (part TEXT, key TEXT, item TEXT NOT NULL, PRIMARY KEY (part, key)) WITHOUT ROWID';

function read(items: Items, key: string): Promise<object | undefined> {
  return new Promise((done, fail) =>
    items.part('a').get(key, (error, item) => (error ? fail(error) : done(item))),
  );
}
const write = (items: Items, key: string, item: object) =>
  items.atOnce(() => items.part('a').put(key, item, () => {}));

it('replaces an item under its key, and goes on with a file of an earlier form', async () => {
  const [old, fresh] = ['old', 'fresh'].map((name) => join(temporaryFolder(), name)) as [string, string];
  const before = new DatabaseSync(old);
  before.exec(EARLIER);
  before.prepare('INSERT INTO items VALUES (?, ?, ?)').run('a', 'k', '{"from":"before"}');
  before.close();
  const items = openItems(old);
  expect(await read(items, 'k')).toEqual({ from: 'before' });
  for (const n of [1, 2]) write(items, 'k', { n });
  expect(await read(items, 'k')).toEqual({ n: 2 });
  const now = openItems(fresh);
  write(now, 'gone', {});
  items.close();
  now.replaceFrom(old, ['a']);
  expect([await read(now, 'k'), await read(now, 'gone')]).toEqual([{ n: 2 }, undefined]);
  now.close();
});
