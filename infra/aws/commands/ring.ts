import { randomInt } from 'node:crypto';
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';

/** Its alarm tells every topic, stops no deployment, and is raised by nothing else in a rehearsal. */
const ENTRY = 'runbook.md#undelivered-alarms';
const NAME = 'an alarm reaches the person on duty';

/**
 * Raises one alarm by hand. What a policy says proves no message: subscriptions that wait for a confirmation and filters of a mailbox
 * are seen by a person alone.
 * @param ask who reads the topic for the number in the message
 */
export async function ring(
  aws: (...words: string[]) => unknown,
  environment: string,
  ask: (topic: string) => Promise<string>,
): Promise<{ name: string; fault: string | null }> {
  const words = ['--alarm-name-prefix', `fieldgate-${environment}-`, '--query', 'MetricAlarms'];
  const alarms = aws('cloudwatch', 'describe-alarms', ...words) as {
    AlarmName: string;
    AlarmDescription?: string;
    AlarmActions?: string[];
  }[];
  const alarm = alarms.find(({ AlarmDescription = '' }) => AlarmDescription.endsWith(ENTRY));
  if (!alarm) return { name: NAME, fault: 'the stack has no such alarm' };
  if (!alarm.AlarmActions?.length) return { name: NAME, fault: 'its alarms tell no topic' };
  const number = String(randomInt(1000, 10_000));
  const set = (state: string, why: string) =>
    aws(
      ...['cloudwatch', 'set-alarm-state', '--alarm-name', alarm.AlarmName],
      ...['--state-value', state, '--state-reason', why],
    );
  set('ALARM', `a rehearsal, number ${number}`);
  try {
    const deaf: string[] = [];
    for (const topic of alarm.AlarmActions) if ((await ask(topic)).trim() !== number) deaf.push(topic);
    const fault = deaf.length === 0 ? null : `the number is another one, or none came: ${deaf.join(', ')}`;
    return { name: NAME, fault };
  } finally {
    set('OK', 'the rehearsal is over');
  }
}

export async function readNumber(topic: string): Promise<string> {
  const reader = createInterface({ input: stdin, output: stdout });
  try {
    return await reader.question(`The number in the message of ${topic}: `);
  } finally {
    reader.close();
  }
}
