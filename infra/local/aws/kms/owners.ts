/**
 * The accounts of departments with keys of their own: the template that each has deployed, its parameters, and the trail of its keys.
 * What is deployed decides, so another pack opens nothing more until the department deploys again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pack } from '../../../../shared/policy/pack/pack.ts';
import { resolved } from '../../../aws/owner-deployment.ts';
import { PROVIDER, policiesIn, type Statement, templateFor } from '../../../aws/owner-template.ts';
import { writeWhole } from '../../../cli/whole-files.ts';
import { damaged, makeFolder } from '../../files.ts';
import { ACCOUNT } from '../sts.ts';
import type { EncryptionContext } from './context.ts';
import { type OwnerRecord, openTrail, type Trail } from './trail.ts';

export const ENVIRONMENT = 'local';

/** The parameters of a department's stack: `W3,E1`. */
export interface Held {
  HeldPurposes?: string;
  HeldClasses?: string;
}

export interface Asking {
  /** As the policies know it: `Session`, or the name of a function. */
  user: string;
  action: string;
  tags: ReadonlyMap<string, string>;
  context: EncryptionContext;
  /** ARN of the issuer whose token the session was made with. */
  provider?: string | undefined;
}

/** One of them. */
export interface OwnerAccount {
  account: string;
  trail: Trail<OwnerRecord>;
  /** Whether the key policies of the deployed template allow this. */
  allows(asking: Asking): boolean;
  /** What an update of its stack does. */
  update(held: Held): void;
}
export type Owners = ReadonlyMap<string, OwnerAccount>;

/** @param folder `null` to keep everything in memory. @throws StartError for a damaged file */
export function openOwners(
  folder: string | null,
  accounts: Readonly<Record<string, string>>,
  pack: Pack,
): Owners {
  return new Map(
    Object.entries(accounts).map(([owner, account]) => {
      const own = folder === null ? null : join(folder, owner);
      const served = { environment: ENVIRONMENT, account: ACCOUNT, multiRegion: false };
      const first = templateFor(pack, served, { owner });
      if (own !== null) makeFolder(own);
      const stack = own === null ? inMemory(first) : inFolder(own, first);
      let known: { files: Files; statements: Statement[] } | null = null;
      const allows = (asking: Asking) => {
        const files = stack.read();
        // By what they say: two updates within one tick of a clock leave one time of modification.
        if (!known || known.files.template !== files.template || known.files.parameters !== files.parameters)
          known = { files, statements: statementsOf(parsed(files, own), account) };
        const applying = known.statements.filter((one) => applies(one, asking));
        return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
      };
      const trail = openTrail<OwnerRecord>(own === null ? null : join(own, 'cloudtrail'));
      return [owner, { account, trail, allows, update: stack.update }] as const;
    }),
  );
}

/** JSON in CloudFormation's own form. A change of one is a deployment. */
interface Files {
  template: string;
  parameters: string;
}
interface Stack {
  read(): Files;
  update(held: Held): void;
}

const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
const asParameters = (held: Held) =>
  json(
    (['HeldPurposes', 'HeldClasses'] as const).map((name) => ({
      ...{ ParameterKey: name, ParameterValue: held[name] ?? '' },
    })),
  );

function inMemory(template: object): Stack {
  let files = { template: json(template), parameters: asParameters({}) };
  return {
    read: () => files,
    update(held) {
      files = { ...files, parameters: asParameters(held) };
    },
  };
}

function inFolder(folder: string, first: object): Stack {
  const [template, parameters] = [join(folder, 'template.json'), join(folder, 'parameters.json')];
  if (!existsSync(template)) writeWhole(template, json(first));
  const update = (held: Held) => writeWhole(parameters, asParameters(held));
  if (!existsSync(parameters)) update({});
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      throw damaged(file);
    }
  };
  return { read: () => ({ template: read(template), parameters: read(parameters) }), update };
}

function parsed(files: Files, folder: string | null) {
  const read = (name: keyof Files) => {
    try {
      return JSON.parse(files[name]);
    } catch {
      throw damaged(join(folder ?? '', `${name}.json`));
    }
  };
  const list: { ParameterKey: string; ParameterValue: string }[] = read('parameters');
  const held: Held = Object.fromEntries(list.map((one) => [one.ParameterKey, one.ParameterValue]));
  return { template: read('template') as object, held };
}

/** The statements as CloudFormation writes them into the keys of this account. */
function statementsOf({ template, held }: ReturnType<typeof parsed>, account: string): Statement[] {
  const listed = Object.entries(held).map(([name, text = '']) => [
    name,
    text
      .split(',')
      .map((one: string) => one.trim())
      .filter(Boolean),
  ]);
  const deployment = { account, partition: 'aws', parameters: Object.fromEntries(listed) };
  return resolved(policiesIn(template), deployment) as Statement[];
}

const KNOWN = /^(?:aws:PrincipalTag\/|kms:EncryptionContext:|aws:PrincipalArn$|aws:FederatedProvider$)/;

/** Whether a statement is about this call. A condition that is unknown here allows nothing, and prevents nothing from being denied. */
function applies({ Effect, Action, Principal, Condition = {} }: Statement, asking: Asking): boolean {
  const root = `arn:aws:iam::${ACCOUNT}:root`;
  const whom = Principal === '*' ? ['*'] : [Principal.AWS].flat();
  if (!whom.some((one) => one === '*' || one === root)) return false;
  const action = `kms:${asking.action}`;
  const covers = (one: string) => (one.endsWith('*') ? action.startsWith(one.slice(0, -1)) : one === action);
  if (![Action].flat().some(covers)) return false;
  const given = (name: string) => {
    if (name === 'aws:PrincipalArn')
      return `arn:aws:iam::${ACCOUNT}:role/fieldgate-${ENVIRONMENT}-keys-${asking.user}Role`;
    if (name === PROVIDER) return asking.provider;
    const [, tag] = name.split('aws:PrincipalTag/');
    if (tag !== undefined) return asking.tags.get(tag);
    const [, member] = name.split('kms:EncryptionContext:');
    return member === undefined ? undefined : asking.context.get(member);
  };
  return Object.entries(Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([name, wanted]) => {
      const value = given(name);
      if (operator === 'ArnLike')
        return [wanted].flat().some((one) => value?.startsWith(one.replace(/\*$/, '')));
      if (operator !== 'StringEquals' || !KNOWN.test(name)) return Effect === 'Deny';
      return value !== undefined && [wanted].flat().includes(value);
    }),
  );
}
