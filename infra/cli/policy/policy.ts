/** `fieldgate policy …`: the rules offline, from a pack's YAML or its compiled JSON, and their publication. */
import { fileURLToPath } from 'node:url';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { Command } from '../command.ts';
import { repeated } from '../common.ts';
import type { ExplainOptions } from './explain.ts';

/** The folder of the shipped pack. */
export const SHIPPED = fileURLToPath(
  new URL('../../../shared/packs/disadvantaged-children', import.meta.url),
);

/** The compiler is loaded only if one of these commands runs. */
export function registerPolicy(program: Command): void {
  const policy = program
    .command('policy')
    .description('check, compare and explain the rules offline, and publish them');
  policy
    .command('check')
    .description('check a pack and its compiled file; with --write, compile it')
    .argument('[folder]', 'folder of the YAML', SHIPPED)
    .option('--write', 'write the compiled pack and the editor schemas')
    .runs<{ write?: boolean }>(async (options, folder) =>
      (await import('./files.ts')).check(folder, options),
    );
  policy
    .command('matrix')
    .description(
      'the release matrix: P plain, M masked, G generalised, B yes or no, T token, 2 second person',
    )
    .argument('[pack]', 'folder or compiled file', SHIPPED)
    .runs(async (options, pack) => (await import('./files.ts')).matrix(pack, options));
  policy
    .command('acts')
    .description(
      'the table of acts: permitted callers, required people, revealed information; --json: every caller',
    )
    .argument('[pack]', 'folder or compiled file', SHIPPED)
    .runs(async (options, pack) => (await import('./files.ts')).acts(pack, options));
  policy
    .command('retention')
    .description('the schedule of retention: what ends when, by field and by purpose; --markdown: as a page')
    .argument('[pack]', 'folder or compiled file', SHIPPED)
    .option('--markdown', 'as tables of Markdown')
    .runs<{ markdown?: boolean }>(async (options, pack) =>
      (await import('./files.ts')).retention(pack, options),
    );
  policy
    .command('diff')
    .description('every cell and rule that changes from one pack to another')
    .argument('<before>', 'folder or compiled file')
    .argument('[after]', 'folder or compiled file', SHIPPED)
    .runs(async (options, before, after) => (await import('./files.ts')).diff(before, after, options));
  policy
    .command('explain')
    .description('the result for one caller, purpose and subject, with the reasons')
    .argument('<purpose>', 'code of the purpose')
    .option('--pack <pack>', 'folder or compiled file', SHIPPED)
    .option('--role <role>', 'role of the caller (repeat for several)', repeated, [])
    .option('--area <division>', 'area of the caller', repeated, [])
    .option('--institution <name>', "the caller's school, home or hospital")
    .option('--division <division>', 'county of the subject; default: the first area of the caller')
    .option('--fact <field=value>', 'a fact about the subject, value in JSON or plain text', repeated, [])
    .option(
      '--consent <giver=act>',
      'a consent for this caller and purpose: guardian=given, guardian:mother=given',
      repeated,
      [],
    )
    .option('--attested', 'imminent danger is attested')
    .option('--basis <name>', 'the lawful basis that the request names')
    .option('--at <date>', 'decide as of this day')
    .runs<ExplainOptions & { pack: string }>(async (options, purpose) => {
      const { readPack } = await import('./files.ts');
      const { explainCommand } = await import('./explain.ts');
      explainCommand(readPack(options.pack), purpose, options);
    });
  policy
    .command('versions')
    .description('the published versions, and the one in force')
    .runs(async (options) => (await import('./publish.ts')).versions(options));
  policy
    .command('publish')
    .description('put a pack in force (two stewards publish the same)')
    .argument('[pack]', 'folder or compiled file', SHIPPED)
    .option('--officer <name>', 'publishing officer')
    .option('--reason <text>', 'reason, in a few words')
    .runs<Why>(async (options, pack) => (await import('./publish.ts')).publish(pack, options));
}
