/** What must be in the tables after a run, and what must not. */

import { paginateScan } from '@aws-sdk/client-dynamodb';
import { lostAmong } from '../../../functions/maintenance/filed.ts';
import { pack } from '../../../functions/session/policy.ts';
import { logStore } from '../../../functions/steps/log.ts';
import { checkFiled } from '../../../infra/cli/log/filed.ts';
import { checkHeads } from '../../../infra/cli/log/heads.ts';
import { asSubjectId, type SubjectId } from '../../../shared/ids.ts';
import { withoutErased } from '../../../shared/log/read/erased-rows.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { readEpochKeys } from '../../../shared/log/write/secret-table.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import { queryCasework } from '../../../shared/records/casework/casework.ts';
import { revokedPlaces } from '../../../shared/records/casework/statuses.ts';
import { type HeadInLog, scanHeads } from '../../../shared/records/subject/key-items.ts';
import { namesOf } from '../../../shared/records/subject/sheets.ts';
import type { Item } from '../../../shared/store/table.ts';
import { callers } from '../../support/gateway.ts';
import { clock, wholeRun } from '../engine/clock.ts';
import { type Stage, sleep } from '../world/stage.ts';
import { nameOf } from './monitor.ts';

export async function leftFaults(stage: Stage): Promise<string[]> {
  const [heads, erasures] = [await headFaults(stage), await erasureFaults(stage)];
  return [
    ...(await filedFaults(stage)),
    ...heads,
    ...erasures,
    ...(await indexFaults(stage)),
    ...(await taskFaults(stage)),
  ];
}

/** Each head names a sheet that the log knows, and no write that the log knows was undone. */
async function headFaults({ gateway }: Stage): Promise<string[]> {
  const { heads } = await scanHeads(gateway.tables.keys, allOwners(pack), { after: null, limit: 1_000 });
  const check = checkHeads(new Map(heads.map((head: HeadInLog) => [`${head.logId} ${head.owner}`, head])));
  for await (const { entry, id } of walkEntries(logStore(gateway), wholeRun(), {})) {
    const [writer = '', seq = ''] = id.split('-');
    if (entry) check.entry({ ...entry, writer, seq: Number(seq) } as never);
  }
  return check.end().bad.map(() => 'a head differs from the log');
}

/** What the log says was filed is in the casework, but for acts that died between the two and stop nothing. */
async function filedFaults({ gateway }: Stage): Promise<string[]> {
  const [check, store] = [checkFiled(), logStore(gateway)];
  for await (const { entry, id, words, erased } of walkEntries(store, wholeRun(), {})) {
    const [writer = '', seq = ''] = id.split('-');
    if (entry) check.entry({ ...entry, id, words, erased, writer, seq: Number(seq) } as never);
  }
  const { lost } = await check.end((ids) => lostAmong({ store, tables: gateway.tables }, ids));
  return lost.map(() => 'no document says what the log says was filed');
}

/** An erasure whose end is noted has left nothing, and the proofs about the child are revoked. */
async function erasureFaults(stage: Stage): Promise<string[]> {
  const { gateway, history, things } = stage;
  const { tables } = gateway;
  const faults: string[] = [];
  const erased = (await all(tables.keys, 'erased')).filter((item) => !item['indexes']);
  for (const item of erased) {
    const subject = asSubjectId(item['subject']?.S ?? '');
    if ((await namesOf(tables.sheets, subject)).length > 0) faults.push('a sheet is left of an erased child');
    if ((await filedAbout(stage, subject)).some(({ late }) => late)) await sweep(stage);
    for (const { kind } of await filedAbout(stage, subject))
      faults.push(`casework is left of an erased child: ${kind}`);
  }
  for (const { id, child } of things('proof')) {
    const isErased = history.turns.some(
      ({ name, to, ended }) =>
        name === `erase ${child.name}` && to === 'off' && ended < Number.POSITIVE_INFINITY,
    );
    if (isErased && !(await isRevoked(tables.status, id)))
      faults.push('a proof about an erased child is valid');
  }
  return faults;
}

/** The index leads from no person to an entry whose half about the person is forgotten. */
async function indexFaults({ gateway: { dynamo, env } }: Stage): Promise<string[]> {
  const items = await all({ client: dynamo, name: env.logIndexTable }, 'entries');
  const rows = items.map(({ key, place, entries }) => ({
    ...{ key: key?.S ?? '', place: place?.S ?? '', entries: entries?.S ?? '' },
  }));
  const secrets = (epochs: Iterable<string>) => readEpochKeys({ dynamo, wordsTable: env.wordsTable }, epochs);
  return (await withoutErased(rows, secrets)).map(
    () => 'the index leads from an erased child to its entries',
  );
}

async function filedAbout({ gateway }: Stage, subject: SubjectId) {
  const filed = await queryCasework(gateway.tables.casework, subject);
  return filed.map(({ kind, id }) => {
    const place = nameOf({ subject: { S: subject }, item: { S: `${kind}#${id}` } });
    return { kind, late: gateway.lateCasework.has(place) };
  });
}

/** What arrived after an erasure, from an instance that could not look again, goes with the sweep of the day. */
async function sweep({ gateway }: Stage): Promise<void> {
  const why = { actions: ['steward'], officer: 'chen.jie', reason: 'sweep of the day' };
  await callers({ ...gateway }, () => clock.now).call('steward-office', why, 'POST', '/v1/keys/sweep', {});
  const { maintenance } = gateway.of;
  while ((await maintenance.invoke(-1, (one) => one.work(() => true))) !== null) await sleep(5_000);
}

async function isRevoked(status: Stage['gateway']['tables']['status'], proof: string): Promise<boolean> {
  const payload = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
  const { idx, uri } = payload.status.status_list;
  const places = await revokedPlaces(status, uri.split('/').at(-1));
  return places.some(({ index }) => index === idx);
}

/** After the withdrawal of a consent that was used, its recipient is asked to delete. */
async function taskFaults({ gateway, history, things }: Stage): Promise<string[]> {
  const tasks = JSON.stringify(await all(gateway.tables.tasks, 'task'));
  return things('withdrawal').flatMap(({ id, child, about }) => {
    const [filed = 0, withdrawn = 0] = (about ?? '').split(' ').map(Number);
    // Also by a use that began before it and ended after it.
    const used = history.uses.some(
      ({ name, allowed, began }) =>
        name === `consent ${child.name}` && allowed && filed < began && began < withdrawn,
    );
    const erased = history.turns.some(({ name }) => name === `erase ${child.name}`);
    return used && !erased && !tasks.includes(id)
      ? ['the recipient is not asked to delete what a withdrawn consent gave']
      : [];
  });
}

async function all({ client, name }: Stage['gateway']['tables']['keys'], having: string): Promise<Item[]> {
  const filter = {
    FilterExpression: 'attribute_exists(#having)',
    ExpressionAttributeNames: { '#having': having },
  };
  const items: Item[] = [];
  const pages = paginateScan({ client }, { TableName: name, ConsistentRead: true, ...filter });
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}
