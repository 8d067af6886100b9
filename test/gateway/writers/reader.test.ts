/** A reader with concurrent writers, and a sheet that is missing. */

import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { withTables } from '../../../functions/deps.ts';
import { loadHolding } from '../../../functions/steps/holding.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import { queryAll } from '../../../shared/store/table.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { newInstance } from './instance.ts';

const gateway = await fileGateway();

async function scene() {
  const writer = await newInstance(gateway, 'mca-county');
  const match = { local_id: `WELFARE-${freshNumber()}` };
  const write = async (n: number) =>
    expect(await writer.put({ match, fields: { child_phone: `1380000000${n}` } })).toMatchObject({
      sheetVersion: expect.any(Number),
    });
  gateway.trail.length = 0;
  await write(0);
  const made = gateway.trail.find(({ eventName }) => eventName === 'GenerateDataKey') ?? expect.fail();
  const { encryptionContext } = made.requestParameters ?? {};
  return { write, subject: (encryptionContext as { subject: string }).subject };
}

/** Loads while `meanwhile` happens between the two reads of each of the first attempts, in either order. */
function load(subject: string, first: 'keysTable' | 'sheetsTable', meanwhile: (() => Promise<void>)[]) {
  let turn = Promise.resolve();
  const dynamo = Object.create(gateway.dynamo, {
    // A stack of its own: in that of the gateway, its look at the mode would wait for the turns below.
    middlewareStack: { value: gateway.dynamo.middlewareStack.clone() },
    send: {
      value: async (command: { input: { TableName: string } }) => {
        const send = () => gateway.dynamo.send(command as never);
        if (command.input.TableName !== gateway.env[first]) {
          await new Promise((soon) => setImmediate(soon));
          await turn;
          return send();
        }
        const answer = send();
        turn = answer.then(() => meanwhile.shift()?.());
        return answer;
      },
    },
  }) as DynamoDBClient;
  return loadHolding(withTables({ ...gateway, dynamo, now: Date.now }), asSubjectId(subject));
}

it.each(['keysTable', 'sheetsTable'] as const)(
  'a write between the reads, %s first, is read completely',
  async (first) => {
    const { write, subject } = await scene();
    const { item, sheets } = await load(subject, first, [() => write(1)]);
    expect(item?.heads.get('MCA')?.version).toBe(sheets.get('MCA')?.head.version);
  },
);

it.each(['keysTable', 'sheetsTable'] as const)(
  'a writer that is always in between, %s first, is no integrity fault',
  async (first) => {
    const { write, subject } = await scene();
    const writes = (n: number) => Array.from({ length: n }, (_, i) => () => write(i % 10));
    const { item } = await load(subject, first, writes(5));
    expect(item?.heads.get('MCA')?.version).toBeGreaterThan(5);
    await expect(load(subject, first, writes(10))).rejects.toMatchObject({ code: 'CONFLICT' });
  },
);

it('a missing sheet is an integrity fault', async () => {
  const { subject } = await scene();
  const [stored] = await queryAll(gateway.tables.sheets, 'subject = :subject', { subject });
  const { sheet } = stored ?? expect.fail();
  const Key = { subject: { S: subject }, sheet: sheet ?? expect.fail() };
  await expect(load(subject, 'keysTable', [])).resolves.toBeDefined();
  await gateway.dynamo.send(new DeleteItemCommand({ TableName: gateway.env.sheetsTable, Key }));
  await expect(load(subject, 'keysTable', [])).rejects.toMatchObject({ code: 'INTEGRITY_FAULT' });
});
