/**
 * KMS and DynamoDB over HTTP, each call first put to the policies of the synthesised stack: the session token
 * identifies the caller; the functions' processes get it as from Lambda.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { TABLES } from '../../shared/tables.ts';

/** One call as policies see it. `on` is the key's ARN or the table's name. */
export interface ServiceCall {
  fn: string;
  action: string;
  on: string;
  context: Record<string, string | string[]>;
}

export type Allows = (call: ServiceCall) => boolean;

/**
 * Forwards allowed calls to the local KMS.
 * @param keys the caller's key ARNs to the local ones, where they differ
 */
export function guardedKms(
  kms: KMSClient,
  allows: Allows,
  keys: ReadonlyMap<string, string> = new Map(),
): Server {
  return guarded('kms', allows, kmsContext, 'KeyId', async (request, body) => {
    const input = translate(body.toString(), keys);
    const { response } = await kms.config.requestHandler.handle({
      // The policies have spoken; beyond them every key may be used.
      headers: { ...request.headers, authorization: 'Credential=fieldgate-operator/' },
      body: Buffer.from(input),
    } as never);
    const back = new Map([...keys].map(([theirs, ours]) => [ours, theirs]));
    return { status: response.statusCode, body: Buffer.from(translate(String(response.body), back)) };
  });
}

function translate(text: string, names: ReadonlyMap<string, string>): string {
  for (const [from, to] of names) if (text.includes(from)) return text.replaceAll(from, to);
  return text;
}

/** Forwards allowed calls to a DynamoDB that accepts any signature. */
export function guardedDynamo(store: string | DynamoDBClient, allows: Allows): Server {
  return guarded('dynamodb', allows, dynamoContext, 'TableName', async (request, body) => {
    const names = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];
    const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
    if (typeof store !== 'string') {
      const { response } = await store.config.requestHandler.handle({ headers, body } as never);
      return { status: response.statusCode, body: Buffer.from(response.body as Uint8Array) };
    }
    const answer = await fetch(store, { method: 'POST', headers, body: new Uint8Array(body) });
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
  });
}

type Input = Record<string, unknown>;

function guarded(
  service: string,
  allows: Allows,
  contextOf: (input: Input) => ServiceCall['context'],
  named: 'KeyId' | 'TableName',
  forward: (request: IncomingMessage, body: Buffer) => Promise<{ status: number; body: Buffer }>,
): Server {
  return createServer(async (request, response) => {
    const body = await buffer(request);
    const input = JSON.parse(body.toString()) as Input;
    const call = {
      fn: String(request.headers['x-amz-security-token']),
      action: `${service}:${String(request.headers['x-amz-target']).split('.')[1]}`,
      on: String(input[named] ?? Object.keys((input['RequestItems'] as object | undefined) ?? {})),
      context: contextOf(input),
    };
    const refused = { __type: 'AccessDeniedException', message: 'not authorized' };
    const answer = allows(call)
      ? await forward(request, body)
      : { status: 400, body: Buffer.from(JSON.stringify(refused)) };
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer.body);
  });
}

function kmsContext(input: Input): ServiceCall['context'] {
  const context: ServiceCall['context'] = {};
  for (const [name, value] of Object.entries((input['EncryptionContext'] as Record<string, string>) ?? {})) {
    context[`kms:EncryptionContext:${name}`] = value;
  }
  for (const name of ['SigningAlgorithm', 'MacAlgorithm']) {
    if (name in input) context[`kms:${name}`] = String(input[name]);
  }
  return context;
}

/** The partition that a call is about, and the attributes that it names, key attributes among them. */
function dynamoContext(input: Input): ServiceCall['context'] {
  const context: ServiceCall['context'] = {};
  const part = leadingKey(input);
  if (part !== undefined) context['dynamodb:LeadingKeys'] = [part];
  const attributes = attributesIn(input);
  // A read that names none asks for all of them, which IAM sees as naming none.
  const named =
    typeof input['ProjectionExpression'] === 'string' || input['UpdateExpression'] || input['Item'];
  if (named && attributes.length > 0) context['dynamodb:Attributes'] = attributes;
  return context;
}

const EXPRESSIONS = ['ProjectionExpression', 'UpdateExpression', 'ConditionExpression', 'FilterExpression'];
/** Words of an expression that are not attributes, in any case. */
const WORDS =
  /^(set|remove|add|delete|and|or|not|in|between|size|contains|begins_with|if_not_exists|list_append|attribute_\w+)$/i;

/** Top-level attributes of an item or a key, and of expressions, whose placeholders are looked up. */
function attributesIn(input: Input): string[] {
  const names = (input['ExpressionAttributeNames'] ?? {}) as Record<string, string>;
  const written = EXPRESSIONS.flatMap((name) => [
    ...String(input[name] ?? '').matchAll(/(?<![:.#\w])#?[a-z]\w*/gi),
  ]).map(([word]) => word);
  const found = written.filter((word) => !WORDS.test(word)).map((word) => names[word] ?? word);
  const members = [input['Key'], input['Item']].flatMap((one) =>
    Object.keys((one as object | undefined) ?? {}),
  );
  return [...new Set([...found, ...members])];
}

const PARTITIONS = new Set(TABLES.map(({ partition }) => partition));
type Values = Record<string, { S?: string } | undefined>;

/** Of one item, or of a query; calls about several partitions have none. */
function leadingKey(input: Input): string | undefined {
  const values = (input['ExpressionAttributeValues'] ?? {}) as Values;
  const [, queried] = /^\S+ = (:\w+)/.exec(String(input['KeyConditionExpression'] ?? '')) ?? [];
  if (queried !== undefined) return values[queried]?.S;
  for (const [name, value] of Object.entries((input['Key'] ?? input['Item'] ?? {}) as Values)) {
    if (PARTITIONS.has(name)) return value?.S;
  }
  return undefined;
}
