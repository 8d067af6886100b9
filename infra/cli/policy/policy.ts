/** `fieldgate pack …`: the rules offline, from a pack's YAML or its compiled JSON, and their publication. */
import type { Second } from '../../../shared/client/wire/types.ts';
import { versionRoutes } from '../../../shared/contract/routes/versions.ts';
import type { Command } from '../command.ts';
import { repeated } from '../common.ts';
import { derive } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import type { ExplainOptions } from './explain.ts';
import { SHIPPED } from './shipped.ts';

const { policy: t } = await texts('policy');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** The compiler is loaded only if one of these commands runs. */
export function registerPolicy(program: Command): void {
  const policy = program.command('pack').alias('policy').description(about.pack);
  policy
    .command('init')
    .description(t.init.what)
    .argument('[folder]', t.init.folder, 'my-pack')
    .runs(async (options, folder) => (await import('./files.ts')).init(folder, options));
  policy
    .command('check')
    .description(t.check.what)
    .argument('[folder]', t.check.folder, SHIPPED)
    .option('--write', t.check.write)
    .runs<{ write?: boolean }>(async (options, folder) =>
      (await import('./files.ts')).check(folder, options),
    );
  policy
    .command('matrix')
    .description(t.matrix)
    .argument('[pack]', w.packFile, SHIPPED)
    .runs(async (options, pack) => (await import('./files.ts')).matrix(pack, options));
  policy
    .command('acts')
    .description(t.acts)
    .argument('[pack]', w.packFile, SHIPPED)
    .runs(async (options, pack) => (await import('./files.ts')).acts(pack, options));
  policy
    .command('retention')
    .description(t.retention.what)
    .argument('[pack]', w.packFile, SHIPPED)
    .option('--markdown', t.retention.markdown)
    .runs<{ markdown?: boolean }>(async (options, pack) =>
      (await import('./files.ts')).retention(pack, options),
    );
  policy
    .command('diff')
    .description(t.diff)
    .argument('<before>', w.packFile)
    .argument('[after]', w.packFile, SHIPPED)
    .runs(async (options, before, after) => (await import('./files.ts')).diff(before, after, options));
  policy
    .command('explain')
    .description(t.explain.what)
    .argument('<purpose>', t.explain.purpose)
    .option('--pack <pack>', w.packFile, SHIPPED)
    .option('--role <role>', t.explain.role, repeated, [])
    .option('--area <division>', t.explain.area, repeated, [])
    .option('--institution <name>', t.explain.institution)
    .option('--division <division>', t.explain.division)
    .option('--fact <field=value>', t.explain.fact, repeated, [])
    .option('--consent <giver=act>', t.explain.consent, repeated, [])
    .option('--attested', t.explain.attested)
    .option('--basis <name>', t.explain.basis)
    .option('--at <date>', t.explain.at)
    .runs<ExplainOptions & { pack: string }>(async (options, purpose) => {
      const { readPack } = await import('./files.ts');
      const { explainCommand } = await import('./explain.ts');
      explainCommand(readPack(options.pack), purpose, options);
    });
  policy
    .command('rule')
    .description(t.rule.what)
    .argument('<rule>', t.rule.rule)
    .option('--pack <pack>', w.packFile, SHIPPED)
    .runs<{ pack: string }>(async (options, rule) => {
      const { readPack } = await import('./files.ts');
      const { ruleCommand } = await import('./explain.ts');
      ruleCommand(readPack(options.pack), rule, options);
    });
  derive(policy.command('versions'), versionRoutes.listVersions, {
    what: t.versions,
    columns: ['version', 'hash', 'publishedAt', 'inForce', 'shipped'],
    goesOn: async (_, { versions = [] }) => ({ versions }),
  });
  policy
    .command('publish')
    .description(t.publish.what)
    .argument('[pack]', w.packFile, SHIPPED)
    .option('--officer <name>', t.publish.officer)
    .option('--reason <text>', w.shortReason)
    .option('--entry <id>', w.seenEntry)
    .runs<Second>(async (options, pack) => (await import('./files.ts')).publish(pack, options));
}
