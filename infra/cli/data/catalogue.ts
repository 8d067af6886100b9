import { Option } from 'commander';
import type { Catalogue, CataloguePurpose } from '../../../shared/contract/office.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint, pairs, table } from '../terminal/table.ts';
import { dutiesInWords, wayInWords, word, wordsFor } from '../terminal/words.ts';

const { catalogue: t } = await texts('data');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** `fieldgate catalogue [purpose]` and `fieldgate catalogue export` */
export function registerCatalogue(program: Command): void {
  const catalogue = program.command('catalogue');
  catalogue
    .command('export')
    .description(t.export)
    .addOption(new Option('--format <format>', w.csvOrJson).choices(['csv', 'json']).default('csv'))
    .calls<{ format: 'csv' | 'json' }>(async ({ gate, options }) => {
      const text = await gate.catalogueExport(options.json ? 'json' : options.format);
      print(options, options.json ? JSON.parse(text) : {}, () => text);
    });
  catalogue
    .description(about.catalogue)
    .argument('[purpose]', t.purpose)
    .runs(async (options, code: string | undefined) => {
      const { gate } = await open(options, code);
      const catalogue = await gate.catalogue();
      const purpose = catalogue.purposes.find((one) => one.code === code);
      if (code !== undefined && purpose === undefined) {
        const open = catalogue.purposes.map((one) => one.code).join(', ');
        throw new UsageError(t.notOpen(open || w.none));
      }
      print(options, purpose ?? catalogue, () =>
        purpose ? purposeInWords(purpose, catalogue) : allInWords(catalogue),
      );
    });
}

function allInWords({ collection, policy, purposes, intake }: Catalogue): string {
  const rows = purposes.map(({ code, label, demands, batch, fields }) => [
    code,
    spoken(label),
    wordsFor(demands) || '–',
    String(batch),
    String(fields.length),
  ]);
  const own = intake.map(({ name, label, matchable }) => [name, spoken(label), matchable ? t.matchKey : '']);
  return [
    pairs([
      [w.collection, collection],
      [w.policy, policy.version],
    ]),
    rows.length > 0 ? `\n${table([w.purpose, w.name, t.demands, w.people, w.fields], rows)}` : t.noneOpen,
    own.length > 0 ? `\n${table([t.ownField, '', ''], own)}` : '',
    paint('gray', t.next, process.stdout),
  ].join('');
}

function purposeInWords(
  { code, label, demands, approval, batch, obligations, fields }: CataloguePurpose,
  { obligations: words }: Catalogue,
): string {
  const rows = fields.map(({ name, label, owners, form, how, way, secondPerson, rule }) => [
    name,
    spoken(label),
    wayInWords(form, way, how),
    secondPerson ? t.secondPerson : '',
    owners.join(', '),
    rule,
  ]);
  return [
    pairs([
      [w.purpose, `${code} ${spoken(label)}`],
      [t.demands, wordsFor(demands) || '–'],
      [t.approval, word(approval)],
      [w.people, t.batch(batch)],
      [w.obligations, dutiesInWords(obligations, words) || '–'],
    ]),
    `\n${table([w.field, '', w.form, '', t.owners, w.rule], rows)}`,
  ].join('');
}
