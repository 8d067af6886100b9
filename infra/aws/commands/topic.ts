import { list } from './template.ts';

/** A topic of SNS as `get-topic-attributes` tells it. */
export interface TopicAttributes {
  TopicArn: string;
  Policy: string;
  KmsMasterKeyId?: string;
}

interface Statement {
  Effect: string;
  Principal?: '*' | Readonly<Record<string, string | string[]>>;
  Action?: string | string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/**
 * Why an alarm would reach no person. A deployment does not find it: AWS takes any topic.
 * @param publishers services, by the first part of their name
 * @param keyPolicy reads the policy of a key
 */
export function silenceOf(
  { TopicArn, Policy, KmsMasterKeyId: key }: TopicAttributes,
  publishers: readonly string[],
  keyPolicy: (key: string) => string,
): string | null {
  const [, , , , account = ''] = TopicArn.split(':');
  const refused = (policy: string, actions: readonly string[]) =>
    publishers
      .filter((name) => !actions.every((action) => allows(policy, name, action, account)))
      .map((name) => `${name}.amazonaws.com`)
      .join(', ');
  const unheard = refused(Policy, ['sns:Publish']);
  if (unheard !== '') return `its policy does not let ${unheard} publish`;
  if (key === undefined) return null;
  // The policy of such a key can't be changed.
  if (/alias\/aws\//.test(key)) return `it is encrypted under ${key}, which no service may use for a topic`;
  const keyless = refused(keyPolicy(key), ['kms:Decrypt', 'kms:GenerateDataKey']);
  return keyless === '' ? null : `the policy of its key does not let ${keyless} use it`;
}

/** IAM's decision about a service that calls in the name of the account. A condition that is not known here allows nothing. */
export function allows(policy: string, service: string, action: string, account: string): boolean {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  const about = (list(Statement) as Statement[]).filter(
    ({ Principal, Action }) => isOf(Principal, service) && list(Action).some((one) => covers(one, action)),
  );
  const known = { service, account };
  const denied = about.some(
    ({ Effect, Condition }) => Effect === 'Deny' && holds(Condition, known) !== false,
  );
  return (
    !denied && about.some(({ Effect, Condition }) => Effect === 'Allow' && holds(Condition, known) === true)
  );
}

function isOf(principal: Statement['Principal'], service: string): boolean {
  if (principal === '*') return true;
  return (
    list(principal?.['Service']).includes(`${service}.amazonaws.com`) ||
    list(principal?.['AWS']).includes('*')
  );
}

function covers(pattern: unknown, action: string): boolean {
  const regular = String(pattern)
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*');
  return new RegExp(`^${regular}$`, 'i').test(action);
}

/** @returns `null` if it depends on what is not known here */
function holds(
  condition: Statement['Condition'],
  { service, account }: { service: string; account: string },
): boolean | null {
  const results = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([name, value]) => {
      const key = name.toLowerCase();
      if (operator === 'Bool' && key === 'aws:securetransport') return String(value) === 'true';
      if (!/^String(Equals|Like)$/.test(operator)) return null;
      // What the policy that SNS gives a new topic asks for. No service but CloudWatch tells it.
      if (key === 'aws:sourceowner') return service === 'cloudwatch' && list(value).includes(account);
      return key === 'aws:sourceaccount' ? list(value).includes(account) : null;
    }),
  );
  if (results.includes(false)) return false;
  return results.includes(null) ? null : true;
}
