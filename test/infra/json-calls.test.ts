/** Bodies that are written and read without the SDK's schemas are those that the SDK writes and reads by them. */
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as kms from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutNeedless } from '../../shared/clients.ts';
import { BODIES } from '../../shared/json-calls.ts';

type Schema = number | readonly unknown[] | (() => Schema);

/** The numbers by which the SDK writes the kinds of a schema. */
const [TEXT, NUMBER, BOOL, BYTES, LIST_OF, MAP_OF] = [0, 1, 2, 21, 64, 128];
const [SIMPLE, LIST, MAP, STRUCT, UNION] = [0, 1, 2, 3, 4];
const ATTRIBUTE_VALUE = 'AttributeValue';

/**
 * Paths of a schema that are neither texts, numbers nor truth values, in the form of JSON: `bytes`, `value` for an
 * attribute value, or the number of another kind, such as an instant or a document.
 */
function special(schema: Schema, path = ''): string[] {
  if (typeof schema === 'function') return special(schema(), path);
  if (typeof schema === 'number') {
    const kind = schema & ~(LIST_OF | MAP_OF);
    return [TEXT, NUMBER, BOOL].includes(kind) ? [] : [`${path}: ${kind === BYTES ? 'bytes' : kind}`];
  }
  const [kind, , name, traits, ...more] = schema as [number, string, string, unknown, ...unknown[]];
  // Only a mark that the value is sensitive has no effect on JSON.
  const marked = traits === 0 || traits === 8 ? [] : [`${path}: traits ${JSON.stringify(traits)}`];
  if (name === ATTRIBUTE_VALUE) return [`${path}: value`];
  if (typeof kind !== 'number') return special(kind as Schema, path);
  if (kind === SIMPLE) return [...marked, ...special(more[0] as Schema, path)];
  if (kind === LIST || kind === MAP) return [...marked, ...special(more.at(-1) as Schema, `${path}[]`)];
  if (kind !== STRUCT && kind !== UNION) throw new Error(`a schema of kind ${kind}`);
  const [names, members] = more as [string[], unknown[]];
  const nested = members.flatMap((member, i) => {
    const [of, its] = isMarked(member) ? member : [member as Schema, 0];
    const said = its === 0 || its === 8 ? [] : [`${path}/${names[i]}: traits ${JSON.stringify(its)}`];
    return [...said, ...special(of, `${path}/${names[i]}`)];
  });
  return [...marked, ...nested];
}

/** A member's schema with traits of the member. */
function isMarked(member: unknown): member is [Schema, unknown] {
  return Array.isArray(member) && (typeof member[0] === 'function' || Array.isArray(member[0]));
}

/** Of the older form of a call's parameters, which excludes expressions, and of what no call asks for. */
const NOT_USED =
  /^\/(AttributeUpdates|Expected|KeyConditions|QueryFilter|ScanFilter|Recipient|CiphertextForRecipient|ItemCollectionMetrics)\b/;

/** Where `BatchGetItem` has attribute values. */
const IN_TABLES = /^\/(Responses(\[\])+|(RequestItems|UnprocessedKeys)\[\]\/Keys(\[\])+): value$/;

type Client = kms.KMSClient & dynamodb.DynamoDBClient;

const credentials = { accessKeyId: 'A', secretAccessKey: 'secret' };
function pair(answer: () => string) {
  const bodies: string[] = [];
  const handle = async ({ body }: { body: Uint8Array | string }) => {
    bodies.push(Buffer.from(body as string).toString());
    return { response: { statusCode: 200, headers: {}, body: Buffer.from(answer()) } };
  };
  const settings = { region: 'eu-west-1', credentials, requestHandler: { handle } as never };
  /** The same client in both forms; their types differ in what they send. */
  const clients = (of: typeof kms.KMSClient | typeof dynamodb.DynamoDBClient) =>
    [withoutNeedless(new of(settings)), new of(settings)] as never as readonly [Client, Client];
  return { bodies, clients };
}

/** The SDK counts attempts of calls that ours make once. */
function withoutAttempts({
  $metadata: { attempts, totalRetryDelay, ...metadata },
  ...output
}: kms.DecryptCommandOutput) {
  return { ...output, metadata };
}

describe.each(Object.keys(BODIES))('a call of %s', (name) => {
  const service = `${name}Command` in kms ? kms : dynamodb;
  const Made = (service as never as Record<string, new (input: object) => { schema: unknown[] }>)[
    `${name}Command`
  ];
  const [, , , , input = 0, output = 0] = new (Made as NonNullable<typeof Made>)({}).schema as Schema[];
  const used = (schema: Schema) => special(schema).filter((path) => !NOT_USED.test(path));

  it('has bytes where they are looked for, and nothing else that JSON writes otherwise', async () => {
    const paths = [...used(input), ...used(output)];
    expect(paths.length).toBeGreaterThan(0);
    const inItems = name === 'BatchGetItem' ? IN_TABLES : /^\/(\w+)(\[\])*: value$/;
    const known = service === kms ? /^\/\w+: bytes$/ : inItems;
    for (const path of paths) expect(path).toMatch(known);
    const { bodies, clients } = pair(() => JSON.stringify(example(output)));
    const both = clients(service === kms ? kms.KMSClient : dynamodb.DynamoDBClient);
    const call = () => new (Made as never as new (input: object) => kms.DecryptCommand)(asked(input));
    const [made, right] = await Promise.all(both.map((one) => one.send(call()).then(withoutAttempts)));
    expect(made).toEqual(right);
    expect(JSON.parse(bodies[0] ?? '')).toEqual(JSON.parse(bodies[1] ?? ''));
    expect(JSON.stringify(made)).not.toContain(BASE64);
  });

  const BASE64 = Buffer.from('bytes!').toString('base64');
  const holding = (bytes: unknown) => ({
    M: {
      a: { B: bytes },
      b: { L: [{ BS: [bytes, bytes] }, { N: '1' }] },
      c: { NULL: true },
      '"é\n': { S: '汉\ud800' },
    },
  });
  /** Every used member, with text for bytes. */
  const isBatch = name === 'BatchGetItem';
  const example = (schema: Schema) =>
    isBatch
      ? { Responses: { t: items(BASE64) }, UnprocessedKeys: keys(BASE64) }
      : filled(used(schema), BASE64);
  const asked = (schema: Schema) =>
    isBatch ? { RequestItems: keys(Buffer.from('bytes!')) } : filled(used(schema), Buffer.from('bytes!'));
  const items = (bytes: unknown) => [{ id: holding(bytes) }, { id: { S: 'text' }, seq: { N: '1' } }];
  const keys = (bytes: unknown) => ({ t: { Keys: items(bytes), ConsistentRead: true }, u: { Keys: [] } });
  const filled = (paths: string[], bytes: unknown) =>
    Object.fromEntries(
      paths.map((path) => {
        const [, member = '', depth = ''] = /^\/(\w+)((?:\[\])*):/.exec(path) ?? [];
        if (path.endsWith(': bytes')) return [member, bytes];
        const item = { id: holding(bytes) };
        return [member, depth.length > 2 ? [item, item] : item];
      }),
    );
});

it('an item of any attribute values is written and read as by the SDK', async () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  // The SDK loses a member of that name.
  const text = fc.string({ unit: 'grapheme' }).filter((one) => one !== '__proto__');
  const { value } = fc.letrec<{ value: object }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      ...[bytes.map((B) => ({ B })), text.map((S) => ({ S })), fc.boolean().map((BOOL) => ({ BOOL }))],
      ...[
        fc.array(bytes).map((BS) => ({ BS })),
        fc.array(text).map((SS) => ({ SS })),
        fc.constant({ NULL: true }),
      ],
      fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }).map((M) => ({ M })),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, value, { maxKeys: 4 }), async (item) => {
      let answer = '';
      const { bodies, clients } = pair(() => answer);
      const [own, plain] = clients(dynamodb.DynamoDBClient);
      await put(own, item);
      await put(plain, item);
      expect(JSON.parse(bodies[0] ?? '')).toEqual(JSON.parse(bodies[1] ?? ''));
      answer = JSON.stringify({ Item: JSON.parse(bodies[1] ?? '').Item });
      expect(await get(own)).toEqual(await get(plain));
    }),
  );
});

const put = (client: dynamodb.DynamoDBClient, item: object) =>
  client.send(new dynamodb.PutItemCommand({ TableName: 't', Item: item as never }));
const get = (client: dynamodb.DynamoDBClient) =>
  client
    .send(new dynamodb.GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }))
    .then(({ Item }) => Item);
