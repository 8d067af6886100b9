/** Answers over a real connection, as the SDK's own clients read them. */
import { createServer, type RequestListener } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withoutNeedless } from '../../shared/clients.ts';
import { listen } from './rest-front.ts';

const ITEM = JSON.stringify({ Item: { id: { S: '1' }, text: { S: '汉字'.repeat(20_000) } } });
let answer: RequestListener;
let asked = 0;
const server = createServer((request, response) => {
  asked++;
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    answer(request, response);
  });
});
let endpoint: string;

beforeAll(async () => {
  endpoint = await listen(server);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const credentials = { accessKeyId: 'A', secretAccessKey: 's' };

/** What a client makes of the answer, and how often it asked. */
async function outcome(client: DynamoDBClient) {
  asked = 0;
  const made = await client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } })).then(
    ({ Item }) => Item ?? 'no item',
    ({ name, code }) => [name, code],
  );
  client.destroy();
  return { made, asked };
}

async function bothMake() {
  const settings = { region: 'eu-west-1', endpoint, credentials };
  const own = await outcome(withoutNeedless(new DynamoDBClient({ ...settings, maxAttempts: 2 })));
  expect(own).toEqual(await outcome(new DynamoDBClient({ ...settings, maxAttempts: 2 })));
  return own;
}

it('an answer in parts that cut characters is read whole', async () => {
  const bytes = Buffer.from(ITEM);
  answer = async (_, response) => {
    for (let at = 0; at < bytes.length; at += 40_001) {
      response.write(bytes.subarray(at, at + 40_001));
      await new Promise((next) => setTimeout(next, 5));
    }
    response.end();
  };
  expect((await bothMake()).made).toEqual(JSON.parse(ITEM).Item);
});

it('bytes are read from their one base64 text, and from no other', async () => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256));
  const answerWith = (text: string) => {
    answer = (_, response) =>
      response.end(JSON.stringify({ Item: { id: { M: { a: { BS: [text, ''] } } } } }));
  };
  answerWith(bytes.toString('base64'));
  expect((await bothMake()).made).toEqual({
    id: { M: { a: { BS: [new Uint8Array(bytes), new Uint8Array()] } } },
  });
  for (const text of ['AB==', 'AA', 'A-A=', 'AA==\n', `${bytes.toString('base64url')}`]) {
    answerWith(text);
    const own = new DynamoDBClient({ region: 'eu-west-1', endpoint, credentials, maxAttempts: 1 });
    expect([text, (await outcome(withoutNeedless(own))).made]).toEqual([text, ['TypeError', undefined]]);
  }
});

it('an answer without a body is no item', async () => {
  answer = (_, response) => response.end();
  expect(await bothMake()).toEqual({ made: 'no item', asked: 1 });
});

it('an answer that is cut off is a failure, which is attempted again', async () => {
  answer = (_, response) => {
    response.setHeader('content-length', ITEM.length * 2);
    response.write(ITEM.slice(0, 100), () => response.destroy());
  };
  expect(await bothMake()).toMatchObject({ made: [expect.any(String), 'ECONNRESET'], asked: 2 });
});
