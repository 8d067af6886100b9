/** `fieldgate owner …`: what a department deploys in its own account, and what its deployed keys do not allow yet. */
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { keyStoreScript } from '../../aws/owner-key-store.ts';
import { templateFor } from '../../aws/owner-template.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, list, print } from '../common.ts';
import { type TrailOptions, withTrail } from '../log/reconcile.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { SHIPPED } from '../terminal/shipped.ts';
import { lackingIn, lackingInWords, templateIn, withFields } from './owner-keys.ts';

const { owner: t } = await texts('policy');

interface Options extends GlobalOptions {
  pack: string;
  gateway: string;
  environment?: string;
  organisation?: string;
  issuer?: string;
  multiRegion?: boolean;
  keyStore?: string;
  heldPurposes?: string[];
  heldClasses?: string[];
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
    .option('--issuer <domain>', t.issuer)
    .option('--multi-region', t.multiRegion)
    .option('--key-store <id>', t.keyStore)
    .option('--held-purposes <purpose>', t.heldPurposes, list)
    .option('--held-classes <class>', t.heldClasses, list)
    .runs<Options>(async (options, department) => {
      process.stdout.write(deployable(await readPack(options.pack), department as string, options));
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

/** A template of CloudFormation, or the script for an external key store. */
function deployable(pack: Pack, owner: string, options: Options): string {
  const { gateway: account, environment = 'prod', multiRegion = false, organisation, issuer } = options;
  const { keyStore: store, heldPurposes = [], heldClasses = [] } = options;
  if (!/^\d{12}$/.test(account)) throw new UsageError(t.badAccount);
  if (issuer !== undefined && !/^[\w.:-]+$/.test(issuer)) throw new UsageError(t.badIssuer);
  requireOwner(pack, owner);
  const [served, asked] = [
    { environment, account, multiRegion },
    { owner, organisation, issuer },
  ];
  const held = { HeldPurposes: heldPurposes, HeldClasses: heldClasses };
  if (store === undefined) {
    if ([...heldPurposes, ...heldClasses].length > 0) throw new UsageError(t.heldByStack);
    return `${JSON.stringify(templateFor(pack, served, asked), null, 1)}\n`;
  }
  if (!/^cks-[\w-]+$/.test(store)) throw new UsageError(t.badStore);
  // KMS replicates no key of a store.
  if (multiRegion) throw new UsageError(t.oneRegion);
  return keyStoreScript(pack, served, { ...asked, store, held });
}

/** @throws UsageError for a department without fields */
function requireOwner(pack: Pack, owner: string): void {
  if (!withFields(pack).includes(owner)) throw new UsageError(t.noDepartment(owner));
}
