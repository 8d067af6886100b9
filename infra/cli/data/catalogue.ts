import { Option } from 'commander';
import type { Catalogue } from '../../../shared/contract/office.ts';
import { stewardRoutes } from '../../../shared/contract/routes/steward.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { inWords, listed } from '../derive/derive.ts';
import { label } from '../messages/labels.ts';
import { spoken, texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint, pairs } from '../terminal/table.ts';

const { catalogue: t } = await texts('data');

const CATALOGUE = stewardRoutes.readCatalogue;
const FIELDS = ['name', 'label', 'form', 'way', 'secondPerson', 'owners', 'rule'];

/** `fieldgate catalogue [purpose]` and `fieldgate catalogue export` */
export function registerCatalogue(program: Command): void {
  const catalogue = program.command('catalogue');
  catalogue
    .command('export')
    .description(t.export)
    .addOption(new Option('--format <format>', w.csvOrJson).choices(['csv', 'json']).default('csv'))
    .calls<{ format: 'csv' | 'json' }>(async ({ gate, options }) => {
      const format = options.json || options.format === 'json' ? 'application/json' : 'text/csv';
      const text = await gate.text('GET /v1/catalogue/export', {}, format);
      print(options, options.json ? JSON.parse(text) : {}, () => text);
    });
  catalogue.argument('[purpose]', t.purpose).runs(async (options, code: string | undefined) => {
    const { gate } = await open(options, code);
    const catalogue = await gate.catalogue();
    const purpose = catalogue.purposes.find((one) => one.code === code);
    if (code !== undefined && purpose === undefined) {
      const open = catalogue.purposes.map((one) => one.code).join(', ');
      throw new UsageError(t.notOpen(open || w.none));
    }
    print(options, purpose ?? catalogue, () => (purpose ? purposeInWords(purpose) : allInWords(catalogue)));
  });
}

const purposeInWords = ({ fields, reasons = {}, ...purpose }: Catalogue['purposes'][number]): string =>
  `${inWords(CATALOGUE, { ...purpose, reasons: Object.values(reasons).map(spoken) }, 'purposes')}\n${listed(CATALOGUE, 'purposes.fields', fields, FIELDS)}`;

function allInWords({ collection, policy, purposes, intake }: Catalogue): string {
  return [
    pairs([
      [label('collection'), collection],
      [label('policy'), policy.version],
    ]),
    purposes.length === 0
      ? t.noneOpen
      : `\n${listed(CATALOGUE, 'purposes', purposes, ['code', 'label', 'demands', 'batch'])}`,
    intake.length === 0 ? '' : `\n${listed(CATALOGUE, 'intake', intake)}`,
    paint('gray', t.next, process.stdout),
  ].join('');
}
