/** An index that is lost is made again from the log, as the steps had made it. */
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { HOURS, parseHour } from '../../../shared/log/read/hours.ts';
import { parseIndexed } from '../../../shared/log/read/index-rows.ts';
import { deleteItem, type Item } from '../../../shared/store/table.ts';
import type { Stage } from '../world/stage.ts';

/** Keys by what stays readable of every entry: an erasure takes the other half of it out of the log. */
const KEPT = ['kind', 'agency', 'purpose', 'outcome', 'use'];

export async function indexFaults(stage: Stage): Promise<string[]> {
  const { sequencer } = stage.gateway.of;
  const follow = () => sequencer.invoke(-1, (one) => one.step());
  // The other checks read the log, which is an entry.
  for (let step = await follow(); step.sequenced > 0 || step.caughtUp > 0; ) step = await follow();
  const before = contentOf(await rowsOf(stage));
  const table = { client: stage.gateway.dynamo, name: stage.gateway.env.logIndexTable };
  for (const { key, place } of await rowsOf(stage)) if (key && place) await deleteItem(table, { key, place });
  while ((await follow()).behind);
  const after = contentOf(await rowsOf(stage));
  return [
    ...[...before].filter((one) => !after.has(one)).map((one) => `the index lost ${one}`),
    ...[...after].filter((one) => !before.has(one)).map((one) => `the index lacked ${one}`),
  ];
}

async function rowsOf({ gateway: { dynamo, env } }: Stage): Promise<Item[]> {
  const pages = paginateScan({ client: dynamo }, { TableName: env.logIndexTable, ConsistentRead: true });
  const items: Item[] = [];
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

/** What the rows say, however they are divided. */
function contentOf(rows: readonly Item[]): ReadonlySet<string> {
  const texts = rows.flatMap(({ key, place, entries }) => {
    const [name = '', where = ''] = [key?.S, place?.S];
    if (name === HOURS) {
      const { entries: n, counts } = parseHour(entries?.S);
      return [`hour ${where}: ${n} ${JSON.stringify([...counts].sort())}`];
    }
    if (!KEPT.includes(name.split(':')[0] ?? '')) return [];
    const found = parseIndexed(where.split('#')[0] ?? '', entries?.S ?? '');
    return found.map(({ at, writer, seq, leaf }) => `${name} ${at} ${writer}-${seq}-${leaf}`);
  });
  return new Set(texts);
}
