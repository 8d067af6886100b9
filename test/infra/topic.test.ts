/** Publishers that the topic of alarms lets in: the doctor reads a policy, and so does IAM's simulator. */
import { describe, expect, it } from 'vitest';
import { ring } from '../../infra/aws/commands/ring.ts';
import { allows, silenceOf } from '../../infra/aws/commands/topic.ts';
import { type Context, allows as simulated } from './simulate.ts';

const ACCOUNT = '111122223333';
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:duty`;
const BOTH = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];
const statement = (Effect: string, Principal: unknown, more: object = {}) => ({
  ...{ Effect, Principal, Action: 'sns:Publish', Resource: TOPIC },
  ...more,
});
const to = (Service: string | string[], more?: object) => statement('Allow', { Service }, more);
const owned = (account: string) => ({ Condition: { StringEquals: { 'AWS:SourceOwner': account } } });
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** Policies, and which of the two services they let publish. */
const POLICIES: [string, string, cloudwatch: boolean, events: boolean][] = [
  ['as SNS makes it', policyOf(statement('Allow', { AWS: '*' }, owned(ACCOUNT))), true, false],
  ['of another owner', policyOf(statement('Allow', { AWS: '*' }, owned('444455556666'))), false, false],
  ['for events alone', policyOf(to('events.amazonaws.com')), false, true],
  ['for both', policyOf(to(BOTH)), true, true],
  ['for both, but one is denied', policyOf(to(BOTH), statement('Deny', { Service: BOTH[1] })), true, false],
  [
    'for both over TLS',
    policyOf(to(BOTH), statement('Deny', '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } })),
    true,
    true,
  ],
  [
    'for both in the name of another account',
    policyOf(to(BOTH, { Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } })),
    false,
    false,
  ],
  ['for another action', policyOf(to(BOTH, { Action: ['sns:GetTopicAttributes'] })), false, false],
  ['for all actions', policyOf(to(BOTH, { Action: 'SNS:*' })), true, true],
];

it.each(POLICIES)('a policy %s is read as IAM reads it', (_, policy, cloudwatch, events) => {
  const own = ['cloudwatch', 'events'].map((name) => allows(policy, name, 'sns:Publish', ACCOUNT));
  const iam = ['cloudwatch', 'events'].map((name) => {
    const context: Context = { 'aws:SourceAccount': ACCOUNT, 'aws:SecureTransport': 'true' };
    if (name === 'cloudwatch') context['aws:SourceOwner'] = ACCOUNT;
    const who = { arn: `${name}.amazonaws.com`, policies: [] };
    return simulated(who, 'sns:Publish', { arn: TOPIC, policy: JSON.parse(policy) }, context);
  });
  expect([own, iam]).toEqual([
    [cloudwatch, events],
    [cloudwatch, events],
  ]);
});

it('a condition that is not known allows nothing, and one of a denial denies', () => {
  const unknown = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } };
  expect(allows(policyOf(to(BOTH, unknown)), 'events', 'sns:Publish', ACCOUNT)).toBe(false);
  const denied = policyOf(to(BOTH), statement('Deny', '*', unknown));
  expect(allows(denied, 'events', 'sns:Publish', ACCOUNT)).toBe(false);
});

it.each([
  ['alias/aws/sns', policyOf(), 'which no service may use for a topic'],
  ['1234-abcd', policyOf(to(BOTH[0] ?? '', { Action: 'kms:*' })), 'key does not let events.amazonaws.com'],
  ['1234-abcd', policyOf(to(BOTH, { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })), null],
])('a topic under the key %s: %#', (KmsMasterKeyId, ofKey, fault) => {
  const told = silenceOf(
    { TopicArn: TOPIC, Policy: policyOf(to(BOTH)), KmsMasterKeyId },
    ['cloudwatch', 'events'],
    () => ofKey,
  );
  expect(told).toEqual(fault === null ? null : expect.stringContaining(fault));
});

describe('the rehearsal of an alarm', () => {
  const alarm = (entry: string, AlarmActions = ['arn:aws:sns:x']) => ({
    AlarmName: `fieldgate-prod-${entry}`,
    AlarmDescription: `it happened: docs/operate/runbook.md#${entry}`,
    AlarmActions,
  });
  /** @param answer what the person reads in a topic, by what was sent */
  async function rung(alarms: object[], answer: (sent: string, topic: string) => string) {
    const states: string[] = [];
    let sent = '';
    const aws = (...words: string[]) => {
      if (words[1] === 'describe-alarms') return alarms;
      states.push(`${words[3]} ${words[5]}`);
      sent ||= words[7] ?? '';
      return null;
    };
    const { fault } = await ring(aws, 'prod', async (topic) => answer(sent, topic));
    return { fault, states };
  }
  const BOTH = [alarm('errors'), alarm('undelivered-alarms', ['arn:aws:sns:x', 'arn:aws:sns:y'])];
  const numberIn = (sent: string) => / (\d{4})$/.exec(sent)?.[1] ?? '';

  it('passes if the number that CloudWatch sent is read, and never by an alarm that undoes a deployment', async () => {
    const { fault, states } = await rung(BOTH, numberIn);
    expect(fault).toBeNull();
    expect(states).toEqual([
      'fieldgate-prod-undelivered-alarms ALARM',
      'fieldgate-prod-undelivered-alarms OK',
    ]);
  });

  it('names the topic that is deaf', async () => {
    const { fault } = await rung(BOTH, (sent, topic) => (topic.endsWith('y') ? '' : numberIn(sent)));
    expect(fault).toMatch(/none came: arn:aws:sns:y$/);
  });

  it('fails if no number comes, if there is no alarm, and if it tells no topic', async () => {
    expect((await rung(BOTH, () => '')).fault).toContain('none came');
    expect((await rung([alarm('errors')], () => '')).fault).toBe('the stack has no such alarm');
    expect((await rung([alarm('undelivered-alarms', [])], () => '')).fault).toBe('its alarms tell no topic');
  });
});
