/** What no single write may do to an item. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { readLock } from '../../../functions/sequencer/batch.ts';
import type { EnvName } from '../../../shared/env.ts';
import { parseHead } from '../../../shared/records/subject/key-item-format.ts';
import type { Item } from '../../../shared/store/table.ts';
import { clock } from '../engine/clock.ts';

export interface Change {
  table: EnvName;
  before: Item | null;
  after: Item | null;
}

/** Checks of one subject that the programmes allow in a day. */
const CHECKS = 3;

export function changeFaults({ table, before, after }: Change): string[] {
  const check = CHECKS_OF[table];
  if (!check || JSON.stringify(before) === JSON.stringify(after)) return [];
  return check(before ?? {}, after ?? {}).map((fault) => `a write: ${fault}`);
}

type Check = (before: Item, after: Item) => string[];
const when = (fault: string, broken: boolean) => (broken ? [fault] : []);

const CHECKS_OF: Partial<Record<EnvName, Check>> = {
  keysTable: (before, after) => [
    ...when('an erased record came back', before['erased'] !== undefined && after['erased'] === undefined),
    ...when(
      'an erased record has keys',
      after['erased'] !== undefined && Object.keys(after).some((name) => name.startsWith('key.')),
    ),
    ...Object.keys(before)
      // The undo of a merge restores what was before it.
      .filter((name) => name.startsWith('head.') && after[name] && !before['merging'])
      .flatMap((name) => {
        const [was, is] = [headIn(before, name), headIn(after, name)];
        return when(
          'a head moved to no later version',
          is.digest !== was.digest && is.version <= was.version,
        );
      }),
  ],
  logTable: (before, after) =>
    when(
      'an entry changed',
      before['hash'] !== undefined && before['hash'].B !== undefined && !sameBytes(before, after),
    ),
  treeTable: (before, after) =>
    before['part']?.S === 'lock'
      ? when('the tree was decided backwards', sizeIn(after) <= sizeIn(before))
      : [],
  indexTable: (before, after) =>
    when(
      'a match key was taken over',
      before['subject'] !== undefined &&
        after['subject'] !== undefined &&
        before['provisional'] === undefined &&
        before['subject'].S !== after['subject'].S,
    ),
  claimsTable: (before, after) => {
    const alive = Number(before['expires']?.N ?? 0) > clock.now / 1000;
    const single = before['write'] !== undefined && before['request'] === undefined;
    return [
      ...when('a claim was made twice', alive && single && before['write']?.S !== after['write']?.S),
      ...when(
        'a budget is overdrawn',
        after['claim']?.S?.startsWith('checks:') === true && Number(after['n.asked']?.N) > CHECKS,
      ),
    ];
  },
  jobsTable: (before, after) =>
    when(
      'a lease was taken',
      Number(before['lease']?.N ?? 0) > clock.now &&
        before['state']?.S === 'running' &&
        before['runner'] !== undefined &&
        before['runner'].S !== after['runner']?.S,
    ),
  requestsTable: (before, after) => {
    const [was, is] = [Number(before['revision']?.N ?? 0), Number(after['revision']?.N ?? 0)];
    const said = before['said']?.S !== after['said']?.S;
    const positions = (JSON.parse(after['pieces']?.S ?? '[]') as { from: number; count: number }[]).flatMap(
      ({ from, count }) => Array.from({ length: count }, (_, i) => from + i),
    );
    return [
      ...when(
        'a request was asked again',
        before['asked'] !== undefined && before['asked'].S !== after['asked']?.S,
      ),
      ...when('an answer was lost', before['asked'] !== undefined && said && is !== was + 1),
      ...when('a piece was collected twice', new Set(positions).size < positions.length),
    ];
  },
  agenciesTable: (before, after) =>
    when(
      'a change of an agency was lost',
      before['record'] !== undefined &&
        after['record'] !== undefined &&
        before['record'].S !== after['record'].S &&
        Number(after['revision']?.N ?? 0) !== Number(before['revision']?.N ?? 0) + 1,
    ),
  statusTable: (before, after) =>
    when(
      'a proof is valid again',
      before['item']?.S?.startsWith('revoked#') === true && after['item'] === undefined,
    ),
};

const headIn = (item: Item, name: string) => parseHead(item[name] as AttributeValue);

function sameBytes(before: Item, after: Item): boolean {
  return Buffer.from(before['hash']?.B ?? []).equals(Buffer.from(after['hash']?.B ?? []));
}

function sizeIn(item: Item): number {
  return readLock(item['value']?.S ?? '').checkpoint.size;
}
