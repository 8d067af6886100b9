/**
 * `node infra/aws/commands/packages.ts [-c name=value …]`: synthesises this commit as a deployment would, and prints as JSON what
 * its functions would run. Needs no account: names that production must set get a placeholder, since no package holds them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Build } from '../../../shared/tree/builds.ts';
import { contextOf } from '../told.ts';
import { archivesOf, BUILDER, builtOf, zip } from './archives.ts';
import { command } from './command.ts';

const [ACCOUNT, REGION] = ['111122223333', 'eu-west-1'];
const PLACEHOLDERS = {
  ...{ account: ACCOUNT, region: REGION, environment: 'dev', logName: 'log.example' },
  alarmTopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:duty`,
};

/** @throws Error if a synthesis or `zip` fails */
export function packagesOf(context: Readonly<Record<string, string>>): Pick<Build, 'builder' | 'functions'> {
  const out = mkdtempSync(join(tmpdir(), 'fieldgate-packages-'));
  try {
    const told = { ...PLACEHOLDERS, ...context };
    const { context: own } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
    execFileSync(process.execPath, ['--no-warnings', 'infra/aws/app.ts'], {
      env: {
        ...process.env,
        CDK_OUTDIR: out,
        CDK_VALIDATION: 'false',
        CDK_CONTEXT_JSON: JSON.stringify({ ...own, ...told }),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const { account, region, environment } = told;
    const stack = `fieldgate-${environment}`;
    const functions = archivesOf({ assembly: out, stack, account, region }).flatMap((one) => {
      const file = join(out, one.key);
      zip(one.path, file);
      return builtOf(one, file);
    });
    return { builder: BUILDER, functions };
  } finally {
    rmSync(out, { recursive: true });
  }
}

await command(
  import.meta.url,
  'packages [-c name=value …]\n\nPrints what the functions of this commit run.',
  () => {
    const context = { type: 'string', short: 'c', multiple: true, default: [] as string[] } as const;
    const { values } = parseArgs({ options: { context } });
    process.stdout.write(`${JSON.stringify(packagesOf(contextOf(values.context)))}\n`);
  },
);
