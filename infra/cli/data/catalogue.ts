import { Option } from 'commander';
import type { Catalogue, CataloguePurpose } from '../../../shared/contract/office.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint, pairs, table } from '../terminal/table.ts';

/** `fieldgate catalogue [purpose]` and `fieldgate catalogue export` */
export function registerCatalogue(program: Command): void {
  const catalogue = program.command('catalogue');
  catalogue
    .command('export')
    .description('all fields of the policy in force, with class of sharing, basis and purposes')
    .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
    .calls<{ format: 'csv' | 'json' }>(async ({ gate, options }) => {
      process.stdout.write(await gate.catalogueExport(options.json ? 'json' : options.format));
    });
  catalogue
    .description('show the purposes that are open to the agency, with the form of each field')
    .argument('[purpose]', 'show one purpose with its fields')
    .runs(async (options, code: string | undefined) => {
      const { gate } = await open(options, code);
      const catalogue = await gate.catalogue();
      const purpose = catalogue.purposes.find((one) => one.code === code);
      if (code !== undefined && purpose === undefined) {
        const open = catalogue.purposes.map((one) => one.code).join(', ');
        throw new UsageError(`This purpose is not open to the agency. Open are: ${open || 'none'}.`);
      }
      print(options, purpose ?? catalogue, () => (purpose ? purposeInWords(purpose) : allInWords(catalogue)));
    });
}

function allInWords({ collection, policy, purposes, intake }: Catalogue): string {
  const rows = purposes.map(({ code, label, zh, demands, batch, fields }) => [
    code,
    `${label} ${zh}`,
    demands.join(', ') || '–',
    String(batch),
    String(fields.length),
  ]);
  const own = intake.map(({ name, zh, matchable }) => [name, zh, matchable ? 'match key' : '']);
  return [
    pairs([
      ['collection', collection],
      ['policy', policy.version],
    ]),
    rows.length > 0
      ? `\n${table(['purpose', 'for', 'demands', 'people', 'fields'], rows)}`
      : '\nNo purpose is open.\n',
    own.length > 0 ? `\n${table(['own field', '', ''], own)}` : '',
    paint('gray', '\nfieldgate catalogue <purpose> shows its fields.\n', process.stdout),
  ].join('');
}

function purposeInWords({
  code,
  label,
  zh,
  demands,
  approval,
  batch,
  obligations,
  fields,
}: CataloguePurpose): string {
  const rows = fields.map(({ name, zh, owners, form, how, secondPerson, rule }) => [
    name,
    zh,
    how ? `${form} (${how})` : form,
    secondPerson ? 'second person' : '',
    owners.join(', '),
    rule,
  ]);
  return [
    pairs([
      ['purpose', `${code} ${label} ${zh}`],
      ['demands', demands.join(', ') || '–'],
      ['approval', approval],
      ['people', `${batch} at most in one request`],
      ['obligations', obligations.join(', ') || '–'],
    ]),
    `\n${table(['field', '', 'form', '', 'owners', 'rule'], rows)}`,
  ].join('');
}
