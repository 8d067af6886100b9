/**
 * What a deployment would take away or open: `npm run gate -- --region … cdk.out/fieldgate-prod-keys.template.json
 * cdk.out/fieldgate-prod.template.json`. It compares each template with that of the deployed stack whose name the file has, in the
 * region that the assembly names for it. It ends with an error if data or a key would be replaced or lost, a guard weakened, or a
 * permission widened, unless `--accept` repeats the digest of exactly these findings.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { command } from './command.ts';
import { cli } from './doctor.ts';
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

const USAGE = `gate --region REGION [--accept DIGEST] TEMPLATES…
gate --before TEMPLATE TEMPLATE

Compares templates of cdk.out with those of the deployed stacks, and names what would be lost, replaced or opened.`;

/** `An error occurred (ValidationError) when calling the GetTemplate operation: Stack with id … does not exist` */
const NOT_THERE = /\(ValidationError\)[^\n]*does not exist/;

await command(import.meta.url, USAGE, () => {
  const word = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    options: { region: word, before: word, accept: word },
    allowPositionals: true,
  });
  const { region, before, accept } = values;
  if (positionals.length === 0 || (before === undefined ? !region : positionals.length > 1))
    throw new Error('a region and templates are needed, or two templates');
  const read = (path: string): Template => JSON.parse(readFileSync(path, 'utf8'));
  const found = positionals.flatMap((file) => {
    const stack = basename(file, '.template.json');
    return about(file, stack, before, region ?? '').map((line) => `${stack}: ${line}`);
  });

  function about(file: string, stack: string, earlier: string | undefined, home: string): string[] {
    const next = read(file);
    if (earlier !== undefined) return findings(read(earlier), next);
    const where = regionOf(file, stack) ?? home;
    const now = deployedTemplate(stack, where);
    // Nothing to compare with: what is accepted is this template, in this region.
    return now === null ? [`NEW in ${where}: template ${digestOf([text(next)])}`] : findings(now, next);
  }

  for (const line of found) process.stdout.write(`${line}\n`);
  const digest = digestOf(found);
  if (found.length > 0 && accept !== digest) {
    process.stdout.write(
      `${found.length} findings; a second person who has read them adds --accept ${digest}\n`,
    );
    process.exitCode = 1;
  }
});

/** @returns the region in which the assembly of a template deploys its stack, or `undefined` if it names none */
function regionOf(file: string, stack: string): string | undefined {
  const manifest = join(dirname(file), 'manifest.json');
  if (!existsSync(manifest)) return undefined;
  const { artifacts }: { artifacts: Record<string, { environment?: string }> } = JSON.parse(
    readFileSync(manifest, 'utf8'),
  );
  // aws://<account>/<region>
  const region = artifacts[stack]?.environment?.split('/')[3];
  return region === 'unknown-region' ? undefined : region;
}

/** @returns the template of a deployed stack, or `null` if there is no such stack. @throws Error if AWS gives no answer */
function deployedTemplate(stack: string, region: string): Template | null {
  try {
    const { TemplateBody } = cli(region)('cloudformation', 'get-template', '--stack-name', stack) as {
      TemplateBody: string | Template;
    };
    return typeof TemplateBody === 'string' ? JSON.parse(TemplateBody) : TemplateBody;
  } catch (error) {
    if (error instanceof Error && NOT_THERE.test(error.message)) return null;
    throw error;
  }
}
