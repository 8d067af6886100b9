import type { CollectionSchema, FieldForm } from '../../../shared/contract/office.ts';
import { stewardRoutes } from '../../../shared/contract/routes/steward.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { inWords, listed } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint, pairs } from '../terminal/table.ts';
import { declarationsOf, typeOf } from './field-types.ts';

const { fields: t } = await texts('data');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** `fieldgate fields [name]` */
export function registerFields(program: Command): void {
  program
    .command('fields')
    .description(about.fields)
    .argument('[name]', t.name)
    .option('--purpose <code>', t.purpose)
    .runs<{ purpose?: string }>(async (options, name: string | undefined) => {
      const { gate } = await open(options, options.purpose);
      const schema = await gate.schema();
      if (name === undefined) return print(options, schema, () => allInWords(schema));
      const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
      if (!field) throw new UsageError(t.unknown(nearestOf(name, Object.keys(schema.fields))));
      print(options, { name, ...field }, () => fieldInWords(name, field));
    });
}

/** `fieldgate types` */
export function registerTypes(program: Command): void {
  program
    .command('types')
    .description(about.types)
    .option('--purpose <code>', t.purpose)
    .addHelpText('after', t.typesHelp)
    .runs<{ purpose?: string }>(async (options) => {
      const { gate } = await open(options, options.purpose);
      const schema = await gate.schema();
      print(options, schema, () => declarationsOf(schema));
    });
}

const SCHEMA = stewardRoutes.readCollectionSchema;

function allInWords({ fields, policy }: CollectionSchema): string {
  const rows = Object.entries(fields).map(([name, { schema, ...field }]) => ({
    ...{ '': name, ...field },
    schema: schema === null ? t.computed : exampleOf(schema),
  }));
  return [
    pairs([[w.policy, policy.version]]),
    `\n${listed(SCHEMA, 'fields', rows, ['', 'label', 'owners', 'matchable', 'schema'])}`,
    paint('gray', t.next, process.stdout),
  ].join('');
}

function fieldInWords(name: string, { schema, ...field }: FieldForm): string {
  const examples = schema && Array.isArray(schema['examples']) ? schema['examples'] : [];
  return [
    pairs([
      [w.field, name],
      [t.type, schema === null ? t.computed : typeOf(schema)],
    ]),
    inWords(SCHEMA, field, 'fields'),
    ...examples.map((one) => `\n${t.example}  ${JSON.stringify(one)}`),
    schema === null ? '' : `\n${JSON.stringify(schema, null, 2)}\n`,
  ].join('');
}

function exampleOf(schema: NonNullable<FieldForm['schema']>): string {
  const { examples } = schema;
  return Array.isArray(examples) && examples.length > 0 ? JSON.stringify(examples[0]) : typeOf(schema);
}
