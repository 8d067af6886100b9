/**
 * Cells of the release matrix as text, the same in YAML and compiled: form, its parameter, second person,
 * article. They are parsed when first used.
 */
import { defined } from '../../defined.ts';
import type { ConditionMap } from '../schema/condition-schema.ts';
import type { Cell, Form } from '../types.ts';

const FORMS = ['plain', 'masked', 'generalised', 'predicate', 'token', 'none'] as const;

type CellSource = { form: 'none'; rule: string } | Cell;

/** The tables of a pack to which cells refer. */
interface CellTables {
  predicates: Readonly<Record<string, { any: readonly unknown[] }>>;
  generalisations: Readonly<Record<string, { by: string; cases?: readonly { when: unknown }[] }>>;
}

/**
 * `plain A8.1`, `plain second-person A8.4`, `generalised age-band A10.1`, `predicate same_person A7.2`, `none
 * A8.1`.
 * @returns the cell, or a sentence about the fault
 */
export function parseCell(tables: CellTables, field: string, text: string): CellSource | string {
  const words = text.split(' ');
  const form = words.shift() as (typeof FORMS)[number];
  const rule = words.pop();
  if (!FORMS.includes(form) || rule === undefined)
    return `"${text}" is not a cell: form, then its parameter, then the article`;
  const secondPerson = words.at(-1) === 'second-person' && words.pop() !== undefined;
  const [how, ...rest] = words;
  const needsHow = form === 'generalised' || form === 'predicate';
  if (rest.length > 0 || needsHow !== (how !== undefined))
    return `"${text}": ${needsHow ? `${form} needs one name` : `${form} takes no name`}`;
  if (form === 'none') return { form, rule };
  const sources = sourcesOf(tables, field, form, how);
  if (typeof sources === 'string') return sources;
  return {
    form,
    rule,
    sources,
    ...defined({ how }),
    ...(secondPerson ? { secondPerson } : {}),
  };
}

/** The fields that must be opened for a cell. */
function sourcesOf(tables: CellTables, field: string, form: Form, how = ''): string[] | string {
  if (form === 'token') return [];
  if (form === 'predicate') {
    const predicate = Object.hasOwn(tables.predicates, how) ? tables.predicates[how] : undefined;
    return predicate ? fieldsIn(predicate.any as ConditionMap[], field) : `there is no predicate "${how}"`;
  }
  if (form !== 'generalised') return [field];
  const level = Object.hasOwn(tables.generalisations, how) ? tables.generalisations[how] : undefined;
  if (!level) return `there is no generalisation "${how}"`;
  if (level.by === 'count') return [];
  return level.by === 'cases'
    ? fieldsIn(
        (level.cases ?? []).map(({ when }) => when as ConditionMap),
        field,
      )
    : [field];
}

/** The fields that conditions read; `this` stands for `field`. */
export function fieldsIn(maps: readonly ConditionMap[], field: string): string[] {
  const names = maps.flatMap((map) => Object.keys(map).map((path) => path.split('.')[0] as string));
  const fields = [...new Set(names.map((name) => (name === 'this' ? field : name)))];
  return fields.length === 0 ? [field] : fields;
}
