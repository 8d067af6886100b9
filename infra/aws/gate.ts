/**
 * What a deployment would take away or open: `npm run gate -- --region … cdk.out/fieldgate-prod-keys.template.json
 * cdk.out/fieldgate-prod.template.json`. It compares each template with that of the deployed stack whose name the file has. It
 * ends with an error if data or a key would be replaced or lost, a guard weakened, or a permission widened, unless
 * `--accept` repeats the digest of exactly these findings.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { HELD } from './gate-guards.ts';
import { aboutApi, rerouted, unsigned } from './gate-routes.ts';
import { added, exported, sections, unknownTypes, weakened } from './gate-sections.ts';
import { isCovered, permissionsOf, text } from './permissions.ts';
import type { Resource, Template } from './template.ts';

/** @returns a line for each finding, in a fixed order */
export function findings(before: Template, after: Template): string[] {
  return [
    ...lost(before, after),
    ...weakened(before, after),
    ...widened(before, after),
    ...unsigned(before, after),
    ...rerouted(before, after),
    ...aboutApi(before, after),
    ...unknownTypes(before, after),
    ...added(before, after),
    ...sections(before, after),
    ...exported(before, after),
  ];
}

function lost(before: Template, after: Template): string[] {
  return Object.entries(before.Resources).flatMap(([id, resource]) => {
    const next = after.Resources[id];
    if (!HELD.includes(resource.Type)) return [];
    if (!next || next.Type !== resource.Type) return [`LOST ${resource.Type} ${id}`];
    return replacedBy(resource, next).map((name) => `REPLACED ${resource.Type} ${id}: ${name} changes`);
  });
}

/** Names of changed properties that CloudFormation can't change in place. */
export function replacedBy(before: Resource, after: Resource): string[] {
  return [...replacing(before.Type)].filter(
    (name) => text(before.Properties?.[name] ?? null) !== text(after.Properties?.[name] ?? null),
  );
}

function widened(before: Template, after: Template): string[] {
  const [had, has] = [permissionsOf(before), permissionsOf(after)];
  const allowed = (all: typeof had) => all.filter(({ effect }) => effect === 'Allow');
  const denied = (all: typeof had) => all.filter(({ effect }) => effect !== 'Allow');
  const say = (word: string, { what, conditions }: (typeof had)[number]) =>
    [word, what, ...[...conditions].sort()].join(' ');
  const earlier = allowed(had);
  const opened = allowed(has).filter((one) => !isCovered(one, earlier));
  // A denial that has more conditions than before denies less.
  const now = denied(has);
  const gone = denied(had).filter((one) => !isCovered(one, now));
  return [
    ...new Set([...opened.map((one) => say('ALLOWED', one)), ...gone.map((one) => say('NOT DENIED', one))]),
  ].sort();
}

let spec: ReturnType<typeof loadAwsServiceSpecSync> | undefined;

/** Properties of a type whose change makes CloudFormation replace the resource. */
export function replacing(type: string): ReadonlySet<string> {
  spec ??= loadAwsServiceSpecSync();
  const [found] = spec.lookup('resource', 'cloudFormationType', 'equals', type);
  const named = Object.entries(found?.properties ?? {}).filter(
    ([, { causesReplacement }]) => causesReplacement === 'yes',
  );
  return new Set(named.map(([name]) => name));
}

/** What a second person repeats to accept exactly these findings. */
export function digestOf(found: readonly string[]): string {
  return createHash('sha256').update(found.join('\n')).digest('hex').slice(0, 16);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    options: { region: { type: 'string' }, before: { type: 'string' }, accept: { type: 'string' } },
    allowPositionals: true,
  });
  const { region, before, accept } = values;
  if (positionals.length === 0 || (before === undefined ? !region : positionals.length > 1))
    throw new Error('gate --region REGION TEMPLATES, or gate --before TEMPLATE TEMPLATE');
  const read = (path: string): Template => JSON.parse(readFileSync(path, 'utf8'));
  const deployed = (stack: string): Template => {
    const words = ['cloudformation', 'get-template', '--stack-name', stack, '--region', region ?? ''];
    const told = execFileSync('aws', [...words, '--output', 'json'], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const { TemplateBody } = JSON.parse(told);
    return typeof TemplateBody === 'string' ? JSON.parse(TemplateBody) : TemplateBody;
  };
  const found = positionals.flatMap((file) => {
    const stack = basename(file, '.template.json');
    const now = before === undefined ? deployed(stack) : read(before);
    return findings(now, read(file)).map((line) => `${stack}: ${line}`);
  });
  for (const line of found) process.stdout.write(`${line}\n`);
  const digest = digestOf(found);
  if (found.length > 0 && accept !== digest) {
    process.stdout.write(
      `${found.length} findings; a second person who has read them adds --accept ${digest}\n`,
    );
    process.exitCode = 1;
  }
}
