import type { Pack } from '../../../shared/policy/pack/pack.ts';

/** The policy in force as data: its names and, field by field, the maximum for each purpose. */
export function policyView(pack: Pack) {
  return {
    collection: pack.collection,
    label: pack.title.label,
    languages: pack.languages,
    version: pack.version,
    hash: pack.hash,
    bases: pack.bases,
    rules: Object.fromEntries(pack.rules),
    articles: pack.articles ?? {},
    departments: Object.fromEntries(pack.departments),
    classes: objectOf(pack.classes, ({ restricted, openedBy }) => ({ restricted, openedBy })),
    fields: objectOf(pack.fields, ({ label, class: name, level, owners, matchable, rule }) => ({
      label,
      class: name,
      level,
      owners,
      matchable,
      rule,
    })),
    roles: Object.fromEntries(pack.roles),
    purposes: objectOf(
      pack.purposes,
      ({ cells: _, withheld: __, redacts: ___, code: ____, ...purpose }) => purpose,
    ),
    givers: pack.consent.givers,
    missing: pack.approvals?.material?.missing ?? {},
    prohibited: Object.fromEntries(pack.prohibited),
    matrix: matrixOf(pack),
    programmes: [...pack.programmes.values()],
  };
}

/** Field to purpose to cell. A purpose that is missing under a field withholds it. */
function matrixOf(pack: Pack) {
  const row = (field: string) => {
    const cells = [...pack.purposes].flatMap(([code, purpose]) => {
      const cell = purpose.cells.get(field);
      return cell
        ? [[code, { form: cell.form, how: cell.how, secondPerson: cell.secondPerson, rule: cell.rule }]]
        : [];
    });
    return Object.fromEntries(cells);
  };
  return objectOf(pack.fields, ({ name }) => row(name));
}

function objectOf<In, Out>(map: ReadonlyMap<string, In>, make: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries([...map].map(([name, value]) => [name, make(value)]));
}
