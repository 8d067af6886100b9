import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Agency,
  getAgency,
  putAgency,
  rememberedAgency,
  signingKeys,
} from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { agencyWith } from '../support/identity.ts';
import { ecKey } from '../support/jws.ts';

const TABLE = 'agencies';
const T0 = 1_772_438_400_000;
const dynamo = new DynamoDBClient({ region: 'local' });
const mock = mockClient(dynamo);
const agency = agencyWith(ecKey());
let n = 0;
/** The cache lives as long as the client, so each test has an agency of its own. */
let own: Agency;

beforeEach(() => {
  mock.reset();
  own = { ...agency, clientId: asClientId(`agency-${n++}`) };
  mock.on(GetItemCommand).resolves({ Item: { record: { S: JSON.stringify(own) } } });
});

const get = (now: number) => getAgency({ client: dynamo, name: TABLE }, own.clientId, now);
const reads = () => mock.commandCalls(GetItemCommand).length;

describe('getAgency', () => {
  it('reads consistently, by the key alone', async () => {
    expect(await get(T0)).toEqual(own);
    expect(mock.commandCalls(GetItemCommand)[0]?.args[0].input).toEqual({
      TableName: TABLE,
      Key: { clientId: { S: own.clientId } },
      ConsistentRead: true,
    });
  });

  it('makes one call of a burst, and reads again after 5 s', async () => {
    await Promise.all([get(T0), get(T0), get(T0 + 4999)]);
    expect(reads()).toBe(1);
    await get(T0 + 5000);
    expect(reads()).toBe(2);
  });

  it('does not trust a cached record after the clock was set back', async () => {
    await get(T0);
    await get(T0 - 1);
    expect(reads()).toBe(2);
  });

  it('keeps neither absences nor failures', async () => {
    mock
      .on(GetItemCommand)
      .resolvesOnce({})
      .rejectsOnce(new Error('down'))
      .resolves({
        Item: { record: { S: JSON.stringify(own) } },
      });
    expect(await get(T0)).toBeNull();
    await expect(get(T0)).rejects.toThrow('down');
    expect(await get(T0)).toEqual(own);
  });

  it.each(['', '__proto__', 'Upper', 'a b', `a${'b'.repeat(63)}`, '../x', 'ä'])(
    'asks the table nothing for the id %j, which none can have',
    async (clientId) => {
      expect(await getAgency({ client: dynamo, name: TABLE }, asClientId(clientId), T0)).toBeNull();
      expect(reads()).toBe(0);
    },
  );

  it.each<[string, unknown]>([
    ['a record of another agency', { ...agency, clientId: 'other' }],
    ['a record without a member', { ...agency, suspended: undefined }],
    ['an unknown action', { ...agency, actions: ['all'] }],
    ['an empty area, which would cover everything', { ...agency, areas: [''] }],
    ['a key without use', { ...agency, jwks: { keys: [{ kty: 'EC', kid: 'a' }] } }],
    ['nothing', null],
  ])('takes %s for damage, not for an agency', async (_, record) => {
    const stored = record && typeof record === 'object' ? { clientId: own.clientId, ...record } : record;
    mock.on(GetItemCommand).resolves({ Item: { record: { S: JSON.stringify(stored) } } });
    await expect(get(T0)).rejects.toMatchObject({ code: 'INTEGRITY_FAULT' });
  });
});

describe('rememberedAgency', () => {
  const remember = (now: number) => rememberedAgency({ client: dynamo, name: TABLE }, own.clientId, now);

  it('gives what was read within five minutes, and asks nothing', async () => {
    expect(await remember(T0)).toBeNull();
    await get(T0);
    expect(await remember(T0 + 299_999)).toEqual(own);
    expect(await remember(T0 + 300_000)).toBeNull();
    expect(await remember(T0 - 1)).toBeNull();
    expect(reads()).toBe(1);
  });

  it('gives nothing of an agency that was removed', async () => {
    await get(T0);
    mock.on(GetItemCommand).resolves({});
    expect(await get(T0 + 6000)).toBeNull();
    expect(await remember(T0 + 6000)).toBeNull();
  });
});

describe('putAgency', () => {
  it('is seen at once by the process that wrote it', async () => {
    await get(T0);
    mock.on(PutItemCommand).resolves({});
    await putAgency({ client: dynamo, name: TABLE }, { ...own, suspended: true });
    mock
      .on(GetItemCommand)
      .resolves({ Item: { record: { S: JSON.stringify({ ...own, suspended: true }) } } });
    expect(await get(T0)).toMatchObject({ suspended: true });
  });

  it('stores nothing that getAgency would not read', async () => {
    await expect(
      putAgency({ client: dynamo, name: TABLE }, { ...own, areas: ['99 0001'] }),
    ).rejects.toThrow();
    expect(mock.calls()).toHaveLength(0);
  });
});

describe('signingKeys', () => {
  const keys = (...list: { kid: string; use: 'sig' | 'enc' }[]) => ({
    ...agency,
    jwks: { keys: list.map((key) => ({ kty: 'EC', ...key })) },
  });
  it('are those with use sig and the kid; without a kid the only one', () => {
    const two = keys({ kid: 'a', use: 'sig' }, { kid: 'b', use: 'sig' }, { kid: 'a', use: 'enc' });
    expect(signingKeys(two, 'a', T0)).toHaveLength(1);
    expect(signingKeys(two, 'c', T0)).toHaveLength(0);
    expect(signingKeys(two, null, T0)).toHaveLength(0);
    expect(signingKeys(keys({ kid: 'a', use: 'sig' }, { kid: 'b', use: 'enc' }), null, T0)).toHaveLength(1);
    expect(signingKeys(keys({ kid: 'a', use: 'enc' }), 'a', T0)).toHaveLength(0);
  });
});
