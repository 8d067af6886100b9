/**
 * The pages of operators, as one operator follows them: each block that *needs an AWS account* runs in order with the real AWS CLI
 * against the emulator with the stack in it. What the emulator has no API for is named here, line by line, with the reason.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../architecture/modules.ts';
import { type Deployed, deployed } from './world.ts';

const PAGES = ['deploy', 'runbook', 'keys', 'log'] as const;

/** Lines that are left out: the emulator can't run them, or another test does. */
const LEFT_OUT: readonly (readonly [RegExp, why: string])[] = [
  [
    /^(git|npm ci|npx cdk|docker)\b/,
    'the assembly is deployed by deploy.py: the emulator has no change sets of the CDK',
  ],
  [/^npm run pipeline\b/, 'it deploys by the CDK: test/infra/pipeline.test.ts'],
  [/^aws s3 cp builds\b/, 'the pipeline writes the file: test/infra/aws/code.test.ts puts one'],
  [/^curl\b/, 'the domain is not there: story.test.ts calls the URL of the stage'],
  [/^aws service-quotas\b/, 'the emulator has no requests for quotas'],
  [/^aws lambda get-account-settings\b/, 'the emulator does not have it'],
  [/^npm run doctor\b/, 'the emulator has no quotas: test/infra/doctor.test.ts'],
  [
    /^npm run smoke\b/,
    'the emulator refuses nothing and keeps no trail: test/infra/smoke.test.ts and journey.test.ts',
  ],
  [/^npm run canary\b/, 'it never ends: test/infra/journey.test.ts'],
  [/^aws cloudformation update-termination-protection\b/, 'the emulator fails at it'],
  [
    /^npm run gate\b/,
    'the emulator answers get-template in a form that the CLI does not read: test/infra/gate.test.ts',
  ],
  [
    /^npm run import:aws\b/,
    'the emulator makes no pool of people, which the command misses: test/infra/import-map.test.ts',
  ],
  [/^aws signer\b/, 'the emulator has no signer for Lambda'],
  [/^aws cloudformation (create|execute)-change-set\b.*import/, 'the emulator imports nothing'],
  [/^npx fieldgate (intake|release|log|agency register)\b/, 'story.test.ts does it over HTTP'],
  [/^npx fieldgate pack\b/, 'test/cli runs it'],
  [
    /^(aws s3 sync\b.*-log-|npm run --silent recover\b)/,
    'the stack of dev has no log account: log-account.test.ts',
  ],
  [/^npm run restore:aws\b.*steward-file/, 'drill.test.ts runs it'],
];

/** What a command says if it did what it is for. */
const SAID: readonly (readonly [string, RegExp])[] = [
  ['restore:aws', /1\. Close: .*\n2\. Copy keysTable, sheetsTable, indexTable/],
  ['create-policy', /"PolicyName": "fieldgate-keys"/],
];

let world: Deployed;
let folder: string;
let pool: string;

beforeAll(async () => {
  world = await deployed();
  folder = mkdtempSync(join(tmpdir(), 'fieldgate-operator-'));
  // The operator stands in a clone, in which commands leave files of their own.
  const files = 'git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$0"';
  spawnSync('bash', ['-c', files, folder], { cwd: ROOT });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(world.deployment.assembly, join(folder, 'cdk.out'));
  // The emulator's CloudFormation makes no pool of people.
  const made = await run(
    `aws cognito-idp create-user-pool --pool-name people --query UserPool.Id --output text`,
  );
  pool = made.output.trim();
  for (const group of ['audit', 'office:audit-office'])
    await run(`aws cognito-idp create-group --user-pool-id ${pool} --group-name ${group}`);
}, 300_000);
afterAll(() => world?.close());

/** What stands in angle brackets, and the names of the example. */
function filled(text: string): string {
  const { resources } = world.deployment;
  const words: Record<string, string> = {
    region: 'eu-west-1',
    account: '123456789012',
    name: 'li.na',
    UserPool: pool,
    AgenciesTable: resources['agenciesTable'] ?? '',
    'division code': '990001',
    table: resources['tasksTable'] ?? '',
    key: world.setting('tokenKey').split('/')[1] ?? '',
    // The stack has no canary. Each key that signs by ES256 prints an office.
    CanaryKey: world.setting('tokenKey'),
  };
  return text
    .replace(/<([\w ]+)>/g, (all, word) => words[word] ?? all)
    .replaceAll('fieldgate-prod', 'fieldgate-dev')
    .replaceAll('edu-county', 'steward-office');
}

/** Commands with their continued lines, of which those that are left out are gone. */
function commandsOf(body: string): string[] {
  const joined = body.replace(/\\\n\s*/g, ' ').split('\n');
  return joined.filter((line) => !LEFT_OUT.some(([pattern]) => pattern.test(line.trim())));
}

async function run(script: string): Promise<{ code: number; output: string }> {
  writeFileSync(join(folder, 'block.sh'), script);
  const child = spawn('bash', ['-euo', 'pipefail', 'block.sh'], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `/usr/bin:${process.env['PATH']}`,
      ...{ AWS_ENDPOINT_URL: world.deployment.url, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      ...{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1', AWS_PAGER: '', XDG_CONFIG_HOME: folder },
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'exit');
  return { code, output };
}

const BLOCK = /^( *)```sh not run: needs an AWS account\n([\s\S]*?)^\1```$/gm;
const blocks = PAGES.flatMap((page) =>
  [...readFileSync(join(ROOT, `docs/operate/${page}.md`), 'utf8').matchAll(BLOCK)].map(
    ([, indent = '', text = ''], at) => {
      const body = text.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
      return { page, at, body, first: body.split('\n')[0] ?? '' };
    },
  ),
);

it('has the real AWS CLI', () => {
  expect(spawnSync('/usr/bin/aws', ['--version'], { encoding: 'utf8' }).stdout).toMatch(/^aws-cli\/2/);
});

describe('an operator who follows the pages in order', () => {
  it.each(blocks)(
    '$page $at: $first',
    async ({ body }) => {
      const commands = commandsOf(filled(body));
      if (commands.every((line) => line.trim() === '' || line.startsWith('told='))) return;
      const { code, output } = await run(commands.join('\n'));
      if (code !== 0) throw new Error(`it ended with ${code}: ${output.slice(-800)}`);
      for (const [said, words] of SAID)
        if (commands.some((line) => line.includes(said))) expect(output).toMatch(words);
      expect(output).not.toMatch(/unbound variable|command not found|Unknown options|parse error/);
    },
    120_000,
  );
});

it('leaves out nothing that the pages no longer have', () => {
  const lines = blocks
    .flatMap(({ body }) => body.replace(/\\\n\s*/g, ' ').split('\n'))
    .map((line) => line.trim());
  const idle = LEFT_OUT.filter(([pattern]) => !lines.some((line) => pattern.test(line)));
  expect(idle.map(([, why]) => why)).toEqual([]);
});
