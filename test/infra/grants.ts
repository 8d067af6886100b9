import { CHANNELS, ofType, rolePolicies, type Synthesised } from './synthesise.ts';

/** One permission of a function, taken apart: a single action on a single resource. */
export interface Grant {
  fn: string;
  action: string;
  /** Logical id, of a table with its index and copies; or `*`. */
  resource: string;
  conditions: Record<string, Record<string, string | string[]>>;
}

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: { AWS?: unknown };
  Condition?: Grant['conditions'];
}

/** The statements of the functions' roles. @throws Error on a statement that this can't parse */
export function roleGrants(stack: Synthesised): Grant[] {
  const roles = functionRoles(stack);
  return rolePolicies(stack).flatMap(([, { Properties }]) =>
    (Properties.Roles as { Ref: string }[]).flatMap(({ Ref }) =>
      isOfMachine(Ref)
        ? []
        : (Properties.PolicyDocument.Statement as Statement[])
            .filter(isGrant)
            .flatMap((statement) => takeApart(roles.get(Ref) ?? Ref, statement, statement.Resource)),
    ),
  );
}

/** Each role denies its use by another function; `role-of-another.test.ts` looks at that. */
const isGrant = ({ Sid }: Statement) => Sid !== 'OnlyItself';

/** The key policies' statements about the functions' roles; the account's own statements come as `account`. */
export function keyGrants(stack: Synthesised): Grant[] {
  const roles = functionRoles(stack);
  return ofType(stack, 'AWS::KMS::Key').flatMap(([id, { Properties }]) =>
    (Properties.KeyPolicy.Statement as Statement[]).flatMap((statement) =>
      list(statement.Principal?.AWS).flatMap((principal) => {
        const role = logicalId(principal);
        return takeApart(role === null ? 'account' : (roles.get(role) ?? role), statement, [{ Ref: id }]);
      }),
    ),
  );
}

/** The role that release assumes for one purpose. */
export const SESSION = 'release session';

/** State machines have roles of their own, which `deploying-role.test.ts` looks at. */
const isOfMachine = (role: string) => /Machine(?:Events)?Role/.test(role);

/** Logical id of a role to the name of the function that runs under it, taken from `functions/<name>`. */
function functionRoles(stack: Synthesised): Map<string, string> {
  const byRole = new Map<string, string>();
  for (const [id, { Properties }] of ofType(stack, 'AWS::Lambda::Function')) {
    byRole.set(logicalId(Properties.Role) ?? '', functionName(id));
  }
  for (const [id] of ofType(stack, 'AWS::IAM::Role'))
    if (id.startsWith('SessionRole')) byRole.set(id, SESSION);
  return byRole;
}

/** `intakeFunction199DA18C` → `intake`. */
export function functionName(logical: string): string {
  return logical.replace(/Function[0-9A-F]{8}$/, '');
}

function takeApart(fn: string, statement: Statement, resources: unknown): Grant[] {
  if (statement.Effect !== 'Allow') throw new Error(`${fn}: a statement with effect ${statement.Effect}`);
  if (!statement.Action || !resources) throw new Error(`${fn}: NotAction or NotResource`);
  return list(statement.Action).flatMap((action) =>
    list(resources).map((resource) => {
      const id = logicalId(resource);
      if (id === null) throw new Error(`${fn}: unknown resource ${JSON.stringify(resource)}`);
      return {
        fn,
        action: String(action),
        resource: id.replace(/Table\*$/, 'Table'),
        conditions: statement.Condition ?? {},
      };
    }),
  );
}

/** The logical id that an intrinsic names; of an index, with its path; `null` for anything else. */
function logicalId(value: unknown): string | null {
  // A secret of the operator stands in the template as it is.
  if (value === '*' || value === CHANNELS) return value;
  const intrinsic = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  const [first, ...rest] = intrinsic['Fn::Join']?.[1] ?? [];
  // A function by its name, so that a role does not wait for it.
  const named = /:lambda:\S+:function:(\S+)$/.exec(String(rest.at(-1)))?.[1];
  if (named !== undefined) return named;
  if (first !== undefined && rest.every((part) => typeof part === 'string')) {
    const base = logicalId(first);
    return base && `${base}${rest.join('')}`;
  }
  return intrinsic.Ref ?? intrinsic['Fn::GetAtt']?.[0] ?? null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
