/** What production must be told before it is synthesised. */
import { describe, expect, it } from 'vitest';
import { settingsFor } from '../../infra/aws/settings.ts';
import { completed, givenBy } from '../../infra/aws/told.ts';
import { stacksOf } from './synthesise.ts';

describe('production', () => {
  const TOLD: Record<string, string> = {
    account: '111122223333',
    region: 'eu-west-1',
    logName: 'log.example',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:duty',
  };

  it.each(Object.keys(TOLD))('is refused without %s', (name) => {
    const given = (asked: string) => (asked === name ? undefined : TOLD[asked]);
    expect(() => completed(settingsFor('prod'), given)).toThrow(`prod must be told: -c ${name}=…`);
    expect(() => completed(settingsFor('dev'), given)).not.toThrow();
  });

  it.each(['region', 'account'])('is refused with a topic of another %s', (name) => {
    const told = { ...TOLD, [name]: 'another' };
    const given = (asked: string) => told[asked as keyof typeof told];
    expect(() => completed(settingsFor('prod'), given)).toThrow(
      `and the stack of another: no rule reaches it`,
    );
  });

  it('is refused with one topic as both', () => {
    const given = (name: string) => (name === 'secondTopicArn' ? TOLD['alarmTopicArn'] : TOLD[name]);
    expect(() => completed(settingsFor('prod'), given)).toThrow('secondTopicArn is alarmTopicArn');
  });

  it('belongs to one account and region, and is protected against deletion', () => {
    const told = completed(settingsFor('prod'), (name) => TOLD[name]);
    const { keys, gateway } = stacksOf(told);
    for (const stack of [keys, gateway]) {
      expect([stack.account, stack.region, stack.terminationProtection]).toEqual([
        '111122223333',
        'eu-west-1',
        true,
      ]);
      expect(stack.tags.tagValues()).toEqual({ application: 'fieldgate', environment: 'prod' });
    }
  });
});

it('reads settings of the command line up to their first equals sign', () => {
  const given = givenBy(['logName=a=b', 'empty=']);
  expect([given('logName'), given('empty'), given('other')]).toEqual(['a=b', '', undefined]);
});
