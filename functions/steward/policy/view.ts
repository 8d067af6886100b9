import type { Pack, Purpose } from '../../../shared/policy/pack/pack.ts';

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
    reasons: Object.fromEntries(pack.reasons),
    obligations: Object.fromEntries(pack.obligations),
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
    purposes: objectOf(pack.purposes, ({ cells: _, withheld: __, code: ___, ...purpose }) => purpose),
    givers: pack.consent.givers,
    asked: [...pack.purposes.values()].filter((one) => isAsked(pack, one)).map(({ code }) => code),
    desk: deskOf(pack),
    cohorts: cohortsOf(pack),
    review: pack.approvals?.review?.obligation ?? null,
    missing: pack.approvals?.material?.missing ?? {},
    refusals: pack.approvals?.refusals?.why ?? {},
    day: dayOf(pack),
    prohibited: Object.fromEntries(pack.prohibited),
    matrix: matrixOf(pack),
    programmes: [...pack.programmes.values()],
  };
}

/** Whether people are asked for a consent to it. */
function isAsked({ consent }: Pack, { kinds }: Purpose): boolean {
  return kinds.some(({ kind }) => consent.kinds[kind]?.needsConsent);
}

/** The words of which the forms of a desk offer one. */
function deskOf({ casework, consent, notices }: Pack) {
  const { consents, objections, inquiries, incidents } = casework ?? {};
  return {
    documents: consents?.documents ?? {},
    relations: consents?.relations ?? {},
    deliveries: notices?.deliveries ?? {},
    judges: consent.evidence.judgement?.roles ?? [],
    inquirers: inquiries?.who ?? [],
    objectors: objections?.givers ?? [],
    rights: objections?.rights ?? {},
    faults: objections?.reports?.faults ?? {},
    operators: incidents?.operators ?? {},
    grades: incidents?.grades ?? {},
  };
}

/** What is limited in a day. Marks before the end of a budget of misses are for the audit office alone. */
function dayOf({ volume, misses, comparisons }: Pack) {
  return {
    volume: volume ?? null,
    misses: misses
      ? {
          rule: misses.rule,
          agency: misses.agency.stop,
          officer: misses.officer.stop,
          requests: misses.requests.stop,
          checks: misses.checks.stop,
        }
      : null,
    comparisons: comparisons ?? null,
  };
}

/** By what people are counted, and what no count falls below. */
function cohortsOf({ cohorts }: Pack) {
  if (!cohorts) return null;
  const { smallest, round, dimensions } = cohorts;
  return {
    smallest,
    round,
    dimensions: objectOf(dimensions, ({ label, under, field }) => ({ label, under, field })),
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
