/**
 * Takes what a deleted stack left behind into a new one: `npm run import:aws -- resources.json cdk.out/….template.json`.
 * `resources.json` is the stack's list of resources, saved before it was deleted. It writes two files for an import change
 * set: a template of what holds data or keys, and the list of its physical names. docs/operate/deploy.md has the steps.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { command } from './command.ts';
import { replacing } from './gate.ts';
import { HOLDS_DATA, type Resource, type Template } from './template.ts';

/** One line of `list-stack-resources`. */
export interface Known {
  LogicalResourceId: string;
  PhysicalResourceId: string;
  ResourceType: string;
}

export interface Import {
  template: Template;
  resources: {
    ResourceType: string;
    LogicalResourceId: string;
    ResourceIdentifier: Record<string, string>;
  }[];
}

/** The property by which CloudFormation finds a resource; the first of the type's schema. */
const IDENTIFIER: Readonly<Record<(typeof HOLDS_DATA)[number], string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::KMS::Key': 'KeyId',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Cognito::UserPool': 'UserPoolId',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

/**
 * The template of the import holds only literal properties: a policy that names a role can't be imported before the role
 * exists, and the deployment after the import sets it. What would replace the resource is among them, so that the
 * deployment changes it in place.
 * @throws Error naming what the new template holds and the list lacks: that would be made again, and empty
 */
export function importOf(known: readonly Known[], next: Template): Import {
  const held = Object.entries(next.Resources).filter(([, { Type }]) => isHeld(Type));
  const found = new Map(known.map((one) => [one.LogicalResourceId, one]));
  const missing = held.filter(([id, { Type }]) => found.get(id)?.ResourceType !== Type).map(([id]) => id);
  if (missing.length > 0) throw new Error(`not in the list, so they would be empty: ${missing.join(', ')}`);
  return {
    template: { Resources: Object.fromEntries(held.map(([id, resource]) => [id, literal(resource)])) },
    resources: held.map(([id, { Type }]) => ({
      ResourceType: Type,
      LogicalResourceId: id,
      ResourceIdentifier: {
        [IDENTIFIER[Type as keyof typeof IDENTIFIER]]: found.get(id)?.PhysicalResourceId ?? '',
      },
    })),
  };
}

function isHeld(type: string): boolean {
  return (HOLDS_DATA as readonly string[]).includes(type);
}

function literal({ Type, Properties = {}, ...rest }: Resource): Resource {
  const kept = Object.entries(Properties).filter(
    ([, value]) => !/"(Ref|Fn::\w+)":/.test(JSON.stringify(value)),
  );
  const lost = [...replacing(Type)].filter(
    (name) => name in Properties && !kept.some(([one]) => one === name),
  );
  if (lost.length > 0) throw new Error(`${Type} has ${lost.join(', ')} by reference`);
  // CloudFormation imports only what a deletion of the stack would keep.
  return { ...rest, Type, Properties: Object.fromEntries(kept), DeletionPolicy: 'Retain' };
}

const USAGE = `import:aws RESOURCES TEMPLATE

Writes import.template.json and import.resources.json, with which a new stack takes over what a deleted one left.`;

await command(import.meta.url, USAGE, () => {
  const [list, template] = process.argv.slice(2);
  if (!list || !template) throw new Error('two files are needed');
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  const made = importOf(read(list).StackResourceSummaries, read(template));
  writeFileSync('import.template.json', JSON.stringify(made.template));
  writeFileSync('import.resources.json', JSON.stringify(made.resources));
  process.stdout.write(`${made.resources.length} resources: import.template.json, import.resources.json\n`);
});
