/** `fieldgate pack …`: the rules offline, from a pack's YAML or its compiled JSON, and their publication. */
import type { Second } from '../../../shared/client/wire/types.ts';
import { versionRoutes } from '../../../shared/contract/routes/versions.ts';
import type { Command } from '../command.ts';
import { repeated } from '../common.ts';
import { derive } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { SHIPPED } from '../terminal/shipped.ts';
import type { ExplainOptions } from './explain.ts';

const { policy: t } = await texts('policy');

/** The compiler is loaded only if one of these commands runs. */
export function registerPolicy(program: Command): void {
  const policy = program.command('pack').alias('policy');
  const files = () => import('./files.ts');
  policy
    .command('init')
    .description(t.init.what)
    .argument('[folder]', t.init.folder, 'my-pack')
    .option('--from <file>', t.init.from)
    .runs<{ from?: string }>(async (options, folder) => (await files()).init(folder, options));
  const ofPack = (name: string, what: string) =>
    policy.command(name).description(what).argument('[pack]', w.packFile, SHIPPED);
  policy
    .command('check')
    .description(t.check.what)
    .argument('[folder]', t.check.folder, SHIPPED)
    .option('--write', t.check.write)
    .runs<{ write?: boolean }>(async (options, folder) => (await files()).check(folder, options));
  ofPack('matrix', t.matrix).runs(async (options, pack) => (await files()).matrix(pack, options));
  ofPack('acts', t.acts).runs(async (options, pack) => (await files()).acts(pack, options));
  ofPack('retention', t.retention.what)
    .option('--markdown', t.retention.markdown)
    .runs<{ markdown?: boolean }>(async (options, pack) => (await files()).retention(pack, options));
  policy
    .command('diff')
    .description(t.diff)
    .argument('<before>', w.packFile)
    .argument('[after]', w.packFile, SHIPPED)
    .runs(async (options, before, after) => (await files()).diff(before, after, options));
  ofPack('prove', t.prove.what)
    .option('--sentence <name>', t.prove.sentence)
    .runs<{ sentence?: string }>(async (options, pack) =>
      (await import('./prove.ts')).proveCommand((await files()).readPack(pack), options),
    );
  policy
    .command('explain')
    .description(t.explain.what)
    .argument('[purpose]', t.explain.purpose)
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
    .option('--request <file>', t.explain.request)
    .runs<ExplainOptions & { pack: string }>(async (options, purpose) => {
      const { explainCommand } = await import('./explain.ts');
      explainCommand((await files()).readPack(options.pack), purpose, options);
    });
  policy
    .command('rule')
    .description(t.rule.what)
    .argument('<rule>', t.rule.rule)
    .option('--pack <pack>', w.packFile, SHIPPED)
    .runs<{ pack: string }>(async (options, rule) => {
      const { ruleCommand } = await import('./explain.ts');
      ruleCommand((await files()).readPack(options.pack), rule, options);
    });
  derive(policy.command('versions'), versionRoutes.listVersions, {
    columns: ['version', 'hash', 'publishedAt', 'inForce', 'shipped'],
    goesOn: async (_, { versions = [] }) => ({ versions }),
  });
  ofPack('publish', t.publish.what)
    .option('--officer <name>', t.publish.officer)
    .option('--reason <text>', w.shortReason)
    .option('--entry <id>', w.seenEntry)
    .option('--owners <folder>', t.publish.owners)
    .runs<Second & { owners?: string }>(async (options, pack) => (await files()).publish(pack, options));
}
