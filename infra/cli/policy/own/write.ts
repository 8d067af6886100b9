/** `fieldgate pack init --from`: the starter pack with the fields of the user's own table. */

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { texts } from '../../messages/language.ts';
import type { Field } from './suggest.ts';

const { pack: t } = await texts('own');

/** Names of the starter, and those of the new pack. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bLIBRARY\b/g, 'OWNER'],
  [/\bSCHOOLS\b/g, 'OTHER'],
  [/\blibrarian\b/g, 'keeper'],
  [/\bteachers?\b/g, 'asker'],
  [/\bLENDING\b/g, 'OWN_TASK'],
  [/\bLEND\b/g, 'USE'],
  [/\bTRIP\b/g, 'ASK'],
  [/\bLIB([12])\b/g, 'LAW$1'],
  [/\bLIB\b/g, 'LAW'],
  [/\blibrary-north\b/g, 'own-office'],
  [/\bschool-one\b/g, 'other-office'],
  [/\bcollection: readers\b/g, 'collection: people'],
  [/\breader(?=: \{|\]|-decides|: \{ not)/g, 'person'],
];

/** @param folder a copy of the starter. @param county the area of both offices */
export function writeOwn(folder: string, fields: readonly Field[], county: string): void {
  const area = decisive(fields, 'area_code', /^\{ is: text/);
  const born = decisive(fields, 'birth_date', /date/);
  const others = fields.filter(({ group }) => group !== 'name' && group !== 'facts').map(({ name }) => name);
  const names = fields.filter(({ group }) => group === 'name').map(({ name }) => name);
  const shown = ([...names, born] as string[]).join(', ');
  const own: readonly (readonly [RegExp, string])[] = [
    ...t.replaced,
    ...NAMES,
    [/^areaField: .*$/m, `areaField: ${area}`],
    [/^countyDigits: .*$/m, 'countyDigits: 6'],
    [/areas: \["101"\]/g, `areas: ["${county}"]`],
    [/fields: \[reader_no, district\]/, `fields: [${[...others, area].join(', ')}]`],
    [/fields: \[name, born, overdue\]/, `fields: [${shown}]`],
    [/facts: \[born\]/, `facts: [${born}]`],
    [/field: born/, `field: ${born}`],
  ];
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file);
    if (!statSync(path).isFile()) continue;
    if (/\.ndjson$|stories\.yaml$/.test(file)) rmSync(path);
    else if (/\.(yaml|md)$/.test(file))
      writeFileSync(
        path,
        own.reduce((text, [from, to]) => text.replace(from, to), readFileSync(path, 'utf8')),
      );
  }
  writeFileSync(join(folder, 'fields.yaml'), fieldsText(fields));
  purpose(folder, 'LEND', 'USE', fields, ({ group }) =>
    ['facts', 'health', 'harm'].includes(group) ? 'none LAW2' : 'plain LAW2',
  );
  purpose(folder, 'TRIP', 'ASK', fields, ({ name, group }) =>
    name === born ? 'generalised age-band LAW1' : group === 'name' ? 'masked LAW1' : 'none LAW1',
  );
}

function decisive(fields: readonly Field[], otherwise: string, form: RegExp): string {
  return fields.find(({ group, shape }) => group === 'facts' && form.test(shape))?.name ?? otherwise;
}

function fieldsText(fields: readonly Field[]): string {
  const groups = [...new Set(fields.map(({ group }) => group))].filter((group) => group !== 'facts');
  const one = ({ name, label, group, level, reason, shape, matchable }: Field) => `  ${name}:
    # ${level}, ${group}: ${reason}
    label: ${stringify(label).trim()}
    class: ${group}
    level: ${level}
    owners: [OWNER]
    rule: LAW2
    sharing: conditional
    basis: LAW
    shape: ${shape}
${matchable ? '    matchable: true\n' : ''}${group === 'name' ? '    mask: initial\n' : ''}    media: never
`;
  return `# ${t.fields}
shapes: {}
sealed: []
classes:
  facts: { decisive: true }
${groups.map((group) => `  ${group}: {}\n`).join('')}fields:
${fields.map(one).join('')}
masks:
  initial: { mask: keep, first: 1, stars: 3 }
predicates: {}
generalisations:
  age-band: { label: ${t.ageBand}, by: age, bands: [0, 6, 12, 18, 65] }
`;
}

function purpose(
  folder: string,
  before: string,
  name: string,
  fields: readonly Field[],
  cell: (field: Field) => string,
): void {
  const path = join(folder, 'purposes', `${before}.yaml`);
  const text = readFileSync(path, 'utf8');
  const head = text.slice(0, text.indexOf('\ncells:') + '\ncells:\n'.length);
  rmSync(path);
  const cells = fields.map((field) => `  ${field.name}: ${cell(field)}\n`).join('');
  writeFileSync(join(folder, 'purposes', `${name}.yaml`), head + cells);
}
