import type { Settings } from './settings.ts';

/** Settings that production must set. A default would be wrong for some operators, and can't be changed later. */
const DEMANDED = ['account', 'region', 'logName', 'alarmTopicArn'] as const;
const MAY_BE_TOLD = [
  'signingProfile',
  'releaseKey',
  'codeCache',
  'keysQualifier',
  'logAccount',
  'secondTopicArn',
  'channels',
] as const;

/** Without its last part an ARN would be that of no secret, or of several. */
const SECRET = /^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/;

/** A setting of the command line, by its name. */
export type Given = (name: string) => unknown;

/** @param context `name=value`, as the CDK takes them after `-c` */
export function contextOf(context: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    context.map((one) => [one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1)]),
  );
}

export function givenBy(context: readonly string[]): Given {
  const all = contextOf(context);
  return (name) => all[name];
}

/** Settings with those of the command line (`-c account=… -c region=… -c logName=… -c alarmTopicArn=…`). */
export function told(settings: Settings, given: Given): Settings {
  const added = [...DEMANDED, ...MAY_BE_TOLD].flatMap((name) => {
    const value = given(name);
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return { ...settings, ...Object.fromEntries(added) };
}

/**
 * The same, for a deployment.
 * @throws Error naming a setting that is missing for an environment whose data is kept
 */
export function completed(settings: Settings, given: Given): Settings {
  const all = told(settings, given);
  const missing = DEMANDED.filter((name) => all[name] === undefined);
  if (all.retain && missing.length > 0)
    throw new Error(
      `${all.environment} must be told: ${missing.map((name) => `-c ${name}=…`).join(' ')} (or in settings.ts)`,
    );
  if (all.secondTopicArn !== undefined && all.secondTopicArn === all.alarmTopicArn)
    throw new Error('secondTopicArn is alarmTopicArn, which can not say that it delivers nothing');
  if (all.channels !== undefined && !SECRET.test(all.channels))
    throw new Error(
      'channels is the whole ARN of a secret, with the six characters that Secrets Manager adds',
    );
  const byToken = all.purposes === 'token' || all.purposes === 'both';
  if (byToken && (all.authorization === 'iam' || !all.domain || all.domain.clients || all.vpc))
    throw new Error(
      `purposes is ${all.purposes}: AWS must read the issuer's keys at a domain that is open to it, and no vpc lets the call out`,
    );
  for (const [setting, who] of [
    ['alarmTopicArn', 'rule'],
    ['channels', 'function'],
  ] as const) {
    const [, , , region, account] = all[setting]?.split(':') ?? [];
    for (const [name, found] of Object.entries({ region, account }))
      if (found !== undefined && (all[name as 'region'] ?? found) !== found)
        throw new Error(
          `${setting} is of the ${name} ${found}, and the stack of ${all[name as 'region']}: no ${who} reaches it`,
        );
  }
  return all;
}
