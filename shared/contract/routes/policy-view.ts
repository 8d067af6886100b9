/** The policy in force as data. */
import * as v from 'valibot';
import { AnyJson, byName, Text } from './common.ts';

export const Labels = { label: Text };
export const Form = v.picklist(['plain', 'masked', 'generalised', 'predicate', 'token']);

export const PolicyResponse = v.object({
  collection: v.string(),
  ...Labels,
  languages: v.array(v.string()),
  version: v.string(),
  hash: v.string(),
  bases: v.array(v.string()),
  rules: byName(Text),
  articles: byName(v.object({ text: Text, wording: v.array(v.string()) })),
  reasons: byName(Text),
  obligations: byName(Text),
  departments: byName(v.looseObject(Labels)),
  classes: byName(v.object({ restricted: v.boolean(), openedBy: v.array(v.string()) })),
  fields: byName(
    v.object({
      ...Labels,
      class: v.optional(v.string()),
      level: v.optional(v.string()),
      owners: v.array(v.string()),
      matchable: v.optional(v.boolean()),
      rule: v.optional(v.string()),
    }),
  ),
  roles: byName(v.looseObject({ ...Labels, departments: v.array(v.string()) })),
  /** With all members of a purpose in the pack. */
  purposes: byName(
    v.looseObject({
      ...Labels,
      rule: v.string(),
      basis: v.string(),
      /** Roles of the bodies for which it is. */
      who: v.array(v.string()),
      approval: v.string(),
      demands: v.array(v.string()),
      /** People in one request, and of all requests for one matter. */
      batch: v.number(),
      matter: v.optional(v.looseObject({ named: v.string(), people: v.optional(v.number()) })),
      volume: v.optional(v.literal('alert')),
      validity: Text,
      /** The route that serves it, if it is not the ordinary release. */
      route: v.optional(v.string()),
      /** `registered`: by a confirmed case that is assigned to the officer. */
      case: v.optional(v.literal('registered')),
      obligations: v.array(v.string()),
      /** Of one that publishes: the article that says what a text must fit. */
      fits: v.optional(v.string()),
      requires: v.optional(v.array(v.looseObject({ assigned: v.optional(AnyJson) }))),
    }),
  ),
  /** The parties whose word counts, by the word that filings use. */
  givers: byName(v.looseObject({ ...Labels, is: v.optional(v.string()) })),
  /** Purposes that a person is asked for. */
  asked: v.array(v.string()),
  desk: v.object({
    documents: byName(v.looseObject(Labels)),
    relations: byName(v.looseObject(Labels)),
    deliveries: byName(v.looseObject(Labels)),
    judges: v.array(v.string()),
    inquirers: v.array(v.string()),
    objectors: v.array(v.string()),
    rights: byName(
      v.looseObject({
        ...{ ...Labels, about: v.optional(v.string()) },
        ...{ document: v.optional(v.boolean()), stops: v.optional(v.boolean()) },
      }),
    ),
    faults: byName(v.looseObject(Labels)),
    operators: byName(v.looseObject(Labels)),
    grades: byName(v.looseObject(Labels)),
  }),
  cohorts: v.nullable(
    v.object({
      smallest: v.number(),
      round: v.number(),
      dimensions: byName(v.looseObject({ ...Labels, field: v.string(), under: v.optional(v.string()) })),
    }),
  ),
  review: v.nullable(v.string()),
  missing: byName(v.looseObject(Labels)),
  refusals: byName(v.looseObject(Labels)),
  day: v.object({
    volume: v.nullable(
      v.object({
        rule: v.string(),
        tiers: v.array(
          v.object({
            ...{ name: v.string(), levels: v.array(v.string()) },
            ...{ alert: v.number(), stop: v.number() },
          }),
        ),
      }),
    ),
    misses: v.nullable(
      v.object({
        ...{ rule: v.string(), agency: v.number(), officer: v.number() },
        ...{ requests: v.number(), checks: v.number() },
      }),
    ),
    comparisons: v.nullable(v.object({ rule: v.string(), day: v.number() })),
  }),
  prohibited: byName(v.looseObject({ ...Labels, rule: v.string() })),
  matrix: byName(
    byName(
      v.object({
        form: Form,
        how: v.optional(v.string()),
        secondPerson: v.optional(v.boolean()),
        rule: v.string(),
      }),
    ),
  ),
  programmes: v.array(
    v.looseObject({
      ...Labels,
      ...{ name: v.string(), purpose: v.string(), from: v.string(), until: v.optional(v.string()) },
      ...{ fields: v.array(v.string()), who: v.array(v.string()) },
    }),
  ),
});
