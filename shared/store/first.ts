import { type Item, queryPages } from './table.ts';

type Query = Parameters<typeof queryPages>;

/** The first items, `limit` of them unless there are fewer. A page of DynamoDB ends after 1 MB, so they may take several. */
export async function queryFirst(
  table: Query[0],
  where: string,
  texts: Query[2],
  options: Query[3] & { limit: number },
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of queryPages(table, where, texts, options)) {
    items.push(...page);
    if (items.length >= options.limit) break;
  }
  return items.slice(0, options.limit);
}
