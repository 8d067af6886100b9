/** `fieldgate owner …`: what a department deploys in its own account, and what its deployed keys do not allow yet. */
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { templateFor } from '../../aws/owner-template.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, list, print } from '../common.ts';
import { type TrailOptions, withTrail } from '../log/reconcile.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { lackingIn, lackingInWords, templateIn, withFields } from './owner-keys.ts';
import { SHIPPED } from './shipped.ts';

const { owner: t } = await texts('policy');

interface Options extends GlobalOptions {
  pack: string;
  gateway: string;
  environment?: string;
  organisation?: string;
  multiRegion?: boolean;
}

export function registerOwner(program: Command): void {
  const owner = program.command('owner').description(t.group);
  const readPack = async (path: string) => (await import('./files.ts')).readPack(path);
  const of = (name: string, what: string) =>
    owner
      .command(name)
      .description(what)
      .argument('<department>', t.department)
      .option('--pack <pack>', w.packFile, SHIPPED);
  of('template', t.template)
    .requiredOption('--gateway <id>', t.gateway)
    .option('--environment <name>', t.environment)
    .option('--organisation <id>', t.organisation)
    .option('--multi-region', t.multiRegion)
    .runs<Options>(async (options, department) => {
      const made = templateOf(await readPack(options.pack), department as string, options);
      process.stdout.write(`${JSON.stringify(made, null, 1)}\n`);
    });
  of('check', t.check)
    .requiredOption('--deployed <file>', t.deployed)
    .runs<Options & { deployed: string }>(async (options, department) => {
      const deployed = templateIn(options.deployed);
      const pack = await readPack(options.pack);
      requireOwner(pack, department as string);
      const rows = lackingIn(deployed, pack, department as string);
      print(options, { department: department as string, notAllowed: rows }, () =>
        rows.length === 0 ? t.allows(department as string) : `${t.lacks}\n${lackingInWords(rows)}`,
      );
      return rows.length === 0 ? EXIT.ok : EXIT.refused;
    });
  withTrail(owner.command('reconcile').description(t.reconcile))
    .option('--role <id>', t.role, list)
    .option('--pack <pack>', w.packFile, SHIPPED)
    .runs<TrailOptions & { pack: string }>(async (options) => {
      if (options.trail === undefined) throw new UsageError(t.noTrail);
      const { reconcileOwner } = await import('./owner-reconcile.ts');
      return reconcileOwner(await readPack(options.pack), options);
    });
}

function templateOf(pack: Pack, owner: string, options: Options): object {
  const { gateway: account, environment = 'prod', multiRegion = false, organisation } = options;
  if (!/^\d{12}$/.test(account)) throw new UsageError(t.badAccount);
  requireOwner(pack, owner);
  return templateFor(pack, { environment, account, multiRegion }, { owner, organisation });
}

/** @throws UsageError for a department without fields */
function requireOwner(pack: Pack, owner: string): void {
  if (!withFields(pack).includes(owner)) throw new UsageError(t.noDepartment(owner));
}
