/** `fieldgate owner …`: what a department deploys in its own account, and what its deployed keys do not allow yet. */
import { readFileSync } from 'node:fs';
import { grouped } from '../../../shared/grouped.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { notAllowed, templateFor } from '../../aws/owner-template.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print } from '../common.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';
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
      const lacks = notAllowed(
        deployedIn(options.deployed),
        templateOf(await readPack(options.pack), department as string, options),
      ).map((one) => one.split(' '));
      const rows = [...grouped(lacks, ([name]) => name ?? '')].map(([name, some]) => ({
        class: name,
        purposes: some.map(([, purpose]) => purpose ?? ''),
      }));
      print(options, { department: department as string, notAllowed: rows }, () =>
        rows.length === 0
          ? t.allows(department as string)
          : `${t.lacks(department as string)}\n${table(
              [label('class'), label('purposes')],
              rows.map((one) => [one.class, one.purposes.join(', ')]),
            )}`,
      );
      return rows.length === 0 ? EXIT.ok : EXIT.refused;
    });
}

/** @throws UsageError for a department without fields */
function templateOf(pack: Pack, owner: string, options: Partial<Options>): object {
  const { gateway: account = '', environment = 'prod', multiRegion = false, organisation } = options;
  if (options.gateway !== undefined && !/^\d{12}$/.test(account)) throw new UsageError(t.badAccount);
  try {
    return templateFor(pack, { environment, account, multiRegion }, { owner, organisation });
  } catch {
    throw new UsageError(t.noDepartment(owner));
  }
}

function deployedIn(file: string): object {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8'));
    // `aws cloudformation get-template` puts it into a member.
    const template = read.TemplateBody ?? read;
    if (typeof template.Resources === 'object') return template;
  } catch {
    // The same words as for a file that is no template.
  }
  throw new UsageError(t.noTemplate(file));
}
