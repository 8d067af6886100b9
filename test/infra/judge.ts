import { NOTIFY, ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { ENV, type Env, type EnvName, readClassKeys } from '../../shared/env.ts';
import type { ServiceCall } from './guarded-services.ts';
import { allows, buckets, purposeSession, roleSession, roleTarget, targets } from './simulate.ts';
import { ofType, PACK, type Synthesised } from './synthesise.ts';

export interface Judge {
  /** Whether the function's role in the stack may make the call. */
  allows(call: ServiceCall): boolean;
  /** Tags of the sessions that were given out, by token; calls name a function, or such a token. */
  sessions: Map<string, Record<string, string>>;
  /** Every call that it may not, oldest first. */
  refused: ServiceCall[];
}

/**
 * Decides calls by the policies of the synthesised stack.
 * @param logicalIds table name, key ARN or bucket, as calls name them, to the logical id in the template; names that
 * are not among them stand for themselves
 */
export function judgeBy(stack: Synthesised, logicalIds: ReadonlyMap<string, string>): Judge {
  const all = targets(stack);
  const stores = buckets(stack);
  const roles = ofType(stack, 'AWS::IAM::Role').map(([id]) => id);
  const sessions = new Map(
    [...Object.keys(ROUTES), ...SCHEDULED, NOTIFY].map((fn) => {
      const role = roles.find((id) => id.startsWith(`${fn}Role`)) ?? '';
      return [fn, roleSession(stack, role)];
    }),
  );
  const refused: ServiceCall[] = [];
  const given: Judge['sessions'] = new Map();
  const assumed = roleTarget(stack, 'SessionRole');
  const principalOf = (who: string) => {
    const tags = given.get(who);
    return tags ? purposeSession(stack, tags) : sessions.get(who);
  };
  const targetOf = ({ action, on }: ServiceCall) => {
    if (action.startsWith('sts:')) return assumed;
    const [, table = on, instant = ''] = COPY.exec(on) ?? [];
    const id = logicalIds.get(table) ?? on;
    const whole = all.get(id);
    // The copy of a table has a policy like the table's: restore.test.ts.
    if (whole && instant) return { ...whole, arn: whole.arn + instant };
    return all.get(id) ?? stores.get(id)?.[action === 's3:ListBucket' ? 'bucket' : 'object'];
  };
  return {
    refused,
    sessions: given,
    allows(call) {
      const target = targetOf(call);
      const session = principalOf(call.fn);
      const allowed = !!target && !!session && allows(session, call.action, target, call.context);
      if (!allowed) refused.push(call);
      return allowed;
    },
  };
}

const COPY = /^(.*)(-at-\d{8}T\d{6}Z)$/;

/** What the tables and keys of a local gateway are called in the template. */
export function counterparts(stack: Synthesised, env: Env<EnvName>): Map<string, string> {
  const ids = new Map([...stack.resources.keys()].map((id) => [id.replace(/[0-9A-F]{8}$/, ''), id]));
  const found = new Map<string, string>();
  const add = (name: string, stem: string) => {
    // What only this machine has is unknown to the policies, and so refused when it is used.
    const id = ids.get(stem);
    if (id) found.set(name, id);
  };
  for (const setting of Object.keys(ENV) as EnvName[]) {
    if (setting.endsWith('Table')) add(env[setting], setting);
    if (setting.endsWith('Key')) add(env[setting], `ServiceKeys${capitalised(setting.slice(0, -3))}`);
  }
  for (const [fn, arn] of readClassKeys(env.writerKeys)) add(arn, `ServiceKeysWriter${fn}`);
  for (const [name, arn] of readClassKeys(env.classKeys)) {
    add(arn, `ClassKeys${PACK.keyOf.get(name)?.replace(/[^A-Za-z0-9]/g, '')}`);
  }
  return found;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
