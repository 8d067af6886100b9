/** The parts of a pack as the engine reads them: what their schemas say, where `load-pack.ts` changes nothing. */
import type { PackSource } from '../schema/schema.ts';

export type Labelled = PackSource['title'];
export type Article = NonNullable<PackSource['articles']>[string];
export type CodeList = NonNullable<PackSource['lists']>[string];
export type Retention = NonNullable<PackSource['retention']>;
export type RetentionPeriod = Retention['periods'][number];
export type Check = NonNullable<PackSource['fields'][string]['checks']>[number];
export type Mask = PackSource['masks'][string];
export type Generalisation = PackSource['generalisations'][string];
export type Writing = NonNullable<PackSource['writing']>;

type PurposeSource = PackSource['purposes'][string];
export type Requirement = NonNullable<PurposeSource['requires']>[number];
export type Lasting = NonNullable<PurposeSource['lasts']>;
export type MatterWord = NonNullable<PurposeSource['matter']>['named'];

export type ApprovalPolicy = NonNullable<PackSource['approvals']>;
export type ReviewPolicy = NonNullable<ApprovalPolicy['review']>;
export type DisputePolicy = NonNullable<ApprovalPolicy['disputes']>;
export type MaterialPolicy = NonNullable<ApprovalPolicy['material']>;

export type AlertRule = NonNullable<PackSource['alerts']>[string];
export type Look = NonNullable<AlertRule['when']>;
export type GroupBy = Extract<Look, { look: 'first' }>['by'][number];

export type Casework = NonNullable<PackSource['casework']>;
export type Right = Casework['objections']['rights'][string];
export type HarmReports = NonNullable<Casework['harm']>;

export type MissLimits = NonNullable<PackSource['misses']>['agency'];
export type ReviewOrder = PackSource['reviews'];

/** How much of a budget of an office one of its people may spend, so that the colleagues are not stopped: by default 60 of 100. */
export function shareOf({ misses }: Pick<PackSource, 'misses'>, budget: number): number {
  return Math.max(1, Math.floor((budget * (misses?.share ?? 60)) / 100));
}

/** The consent chapter of a pack. */
export type ConsentPolicy = Pick<PackSource, Chapter>;
export type Chapter =
  | 'givers'
  | 'kinds'
  | 'inputs'
  | 'stage'
  | 'sections'
  | 'verdicts'
  | 'unforeseen'
  | 'evidence';
export type Giver = ConsentPolicy['givers'][string];
export type ConsentInput = ConsentPolicy['inputs'][string];
export type ConsentRow = ConsentPolicy['sections'][number]['rows'][number];
export type Verdict = ConsentPolicy['verdicts'][number];
export type Evidence = ConsentPolicy['evidence'];
export type Responsible = NonNullable<Evidence['responsible']>;

type CohortsSource = NonNullable<PackSource['cohorts']>;
export interface Cohorts extends Omit<CohortsSource, 'dimensions'> {
  dimensions: ReadonlyMap<string, CohortsSource['dimensions'][string]>;
}

/** The form of a stored value, with every name resolved. `either` takes the first that fits. */
export type Shape =
  | { is: 'text'; max: number; pattern?: string; example?: string }
  | { is: 'one of'; values: readonly (string | number)[] }
  | { is: 'date' | 'month' | 'boolean' }
  | { is: 'number'; min: number; max: number }
  | { is: 'record'; members: Readonly<Record<string, Shape>>; optional: readonly string[] }
  | { is: 'list'; of: Shape; max: number }
  | { is: 'either'; of: readonly Shape[] };

export interface Calendar extends Omit<PackSource['calendar'], 'holidays' | 'makeUpDays'> {
  holidays: ReadonlySet<string>;
  makeUpDays: ReadonlySet<string>;
}

/** A predicate about one field, or a combination of predicates. */
export type Question =
  | { readonly predicate: string; readonly field: string }
  | { readonly all: readonly Question[] }
  | { readonly any: readonly Question[] }
  | { readonly not: Question };

type ProgrammeSource = NonNullable<PackSource['programmes']>[string];
export interface Programme extends Omit<ProgrammeSource, 'when' | 'recipients'> {
  name: string;
  start: 'name' | 'code';
  who: readonly string[];
  recipients?: readonly string[] | undefined;
  when: Question;
  /** Every field that the predicates read. A consent must name them all. */
  fields: readonly string[];
  /** The classes of these fields and of the decisive ones. */
  classes: readonly string[];
}

/** The alert that a mark of the day raises: `VOLUME_STRICT` of the tier `strict`, `VOLUME_STRICT_STOP` if it is full. */
export const volumeAlert = (mark: string): string => `VOLUME-${mark}`.toUpperCase().replaceAll('-', '_');
