/**
 * `npm run pipeline -- --environment prod --account … --region … [--accept DIGEST] [--smoke] [-c name=value …]`: synthesis,
 * gate, deployment and smoke test, as one job of any pipeline. What is deployed is the assembly that the gate has read, and
 * nothing is synthesised again. It ends at the first step that fails. `--first` is for stacks that do not exist yet. `--part`
 * compares and deploys a part: `keys` is the first stack, `gateway` the others. Without it all are, and the keys come first.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { iamStackOf } from '../iam-region.ts';
import { settingsFor } from '../settings.ts';
import { completed, givenBy } from '../told.ts';
import { command } from './command.ts';

export interface Order {
  environment: string;
  account: string;
  region: string;
  /** Further settings, as `name=value`. */
  context: readonly string[];
  /** Digest of the findings that a second person has accepted. */
  accept?: string | undefined;
  /** Nothing is deployed yet, so there is nothing to compare with. */
  first: boolean;
  smoke: boolean;
  /** File of the key of releases, by which it says what the functions run; nothing is said if absent. */
  releaseKey?: string | undefined;
  /** `keys` or `gateway`; all stacks if absent. */
  part?: string | undefined;
}

export interface Step {
  name: string;
  words: readonly string[];
  /** Done a second time if it fails. */
  twice?: boolean;
}

const ASSEMBLY = 'cdk.out';

export function steps(order: Order): Step[] {
  const { environment, account, region, context, accept, first, smoke, part } = order;
  const stack = `fieldgate-${environment}`;
  const told = [`environment=${environment}`, `account=${account}`, `region=${region}`, ...context];
  const stacks = stacksOf(told, part);
  const ofKeys = `${stack}-keys`;
  const others = stacks.filter((one) => one !== ofKeys);
  const withGateway = others.length > 0;
  const settings = told.flatMap((one) => ['-c', one]);
  const node = ['node', '--no-warnings'];
  return [
    // An account that lacks something is found before anything is built.
    {
      name: 'doctor',
      words: [
        ...[...node, 'infra/aws/commands/doctor.ts', '--environment', environment],
        ...['--region', region, '--account', account, ...context.flatMap((one) => ['-c', one])],
      ],
    },
    {
      name: 'synth',
      words: ['npx', 'cdk', 'synth', '--quiet', '--strict', '--output', ASSEMBLY, ...settings],
    },
    ...(first
      ? []
      : [
          {
            name: 'gate',
            words: [
              ...[...node, 'infra/aws/commands/gate.ts', '--region', region],
              ...(accept === undefined ? [] : ['--accept', accept]),
              ...stacks.map((one) => `${ASSEMBLY}/${one}.template.json`),
            ],
          },
        ]),
    ...(withGateway ? signing(order, stack) : []),
    // KMS refuses a policy that names a role which it does not know yet. A rollback would take the role away, and the next attempt
    // meet a new one; without it the attempt after that goes on where the first one ended.
    ...(stacks.includes(ofKeys) ? [{ name: 'keys', words: deployment([ofKeys], true), twice: true }] : []),
    ...(withGateway ? [{ name: 'deploy', words: deployment(others, first) }] : []),
    ...(smoke && withGateway
      ? [
          {
            name: 'smoke',
            words: [...node, 'infra/aws/commands/smoke.ts', '--region', region, '--stack', stack],
          },
        ]
      : []),
  ];
}

function deployment(stacks: readonly string[], goesOn: boolean): string[] {
  const words = ['npx', 'cdk', 'deploy', ...stacks, '--exclusively', '--app', ASSEMBLY];
  return [...words, '--require-approval', 'never', ...(goesOn ? ['--no-rollback'] : [])];
}

/**
 * The stacks of an environment, as `app.ts` makes them.
 * @param told settings of the command line, as `name=value`
 * @throws Error if the environment lacks a setting, or has no such part
 */
export function stacksOf(told: readonly string[], part?: string): string[] {
  const given = givenBy(told);
  const environment = String(given('environment'));
  const stack = `fieldgate-${environment}`;
  const iam = iamStackOf(completed(settingsFor(environment), given)) === null ? [] : [`${stack}-iam`];
  const parts = new Map([
    ['keys', [`${stack}-keys`]],
    ['gateway', [stack, ...iam]],
  ]);
  const found = part === undefined ? [...parts.values()].flat() : parts.get(part);
  if (found === undefined) throw new Error(`--part is ${[...parts.keys()].join(' or ')}`);
  return found;
}

/** After the gate: what is signed, and named as a release, is what was compared. */
function signing({ account, region, context, releaseKey }: Order, stack: string): Step[] {
  const profile = context.find((one) => one.startsWith('signingProfile='))?.slice('signingProfile='.length);
  const where = ['--region', region, '--account', account, '--stack', stack, '--assembly', ASSEMBLY];
  const run = (name: string, ...more: string[]) => {
    return { name, words: ['node', '--no-warnings', `infra/aws/commands/${name}.ts`, ...where, ...more] };
  };
  return [
    ...(profile ? [run('sign', '--profile', profile)] : []),
    ...(releaseKey ? [run('builds', '--key', releaseKey)] : []),
  ];
}

/** @param run gives the exit code of a step. @returns the step that failed, or `null` */
export function runSteps(all: readonly Step[], run: (step: Step) => number): string | null {
  for (const step of all) if (run(step) !== 0 && !(step.twice && run(step) === 0)) return step.name;
  return null;
}

function runHere({ name, words: [program = '', ...words] }: Step): number {
  process.stdout.write(`== ${name}\n`);
  return spawnSync(program, words, { stdio: 'inherit' }).status ?? 1;
}

const USAGE = `pipeline --environment NAME --account ID --region REGION [-c name=value …]
  [--accept DIGEST] [--part keys|gateway] [--release-key FILE] [--first] [--smoke]

Checks the account, synthesises, compares with what is deployed, and deploys exactly what was compared.`;

await command(import.meta.url, USAGE, () => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      ...{ environment: text, account: text, region: text, accept: text, part: text, 'release-key': text },
      ...{ first: flag, smoke: flag },
      context: { ...text, short: 'c', multiple: true, default: [] },
    },
  });
  const { environment, account, region } = values;
  if (!environment || !account || !region)
    throw new Error('name the --environment, the --account and the --region');
  const failed = runSteps(
    steps({ ...values, releaseKey: values['release-key'], environment, account, region }),
    runHere,
  );
  if (failed !== null) {
    process.stdout.write(`the pipeline ends at ${failed}: nothing after it was done\n`);
    process.exitCode = 1;
  }
});
