/** For each column a field: its form, and the class and level that its name and its values suggest, with the reason. */

import { texts } from '../../messages/language.ts';
import type { Column } from './columns.ts';

const { reasons: t } = await texts('own');

type Kind = keyof typeof t;

export interface Field {
  name: string;
  label: string;
  kind: Kind;
  /** Class of keys; columns of one class are seen by the same purposes. */
  group: string;
  level: 'L1' | 'L2' | 'L3' | 'L4';
  reason: string;
  /** As the pack's YAML has it. */
  shape: string;
  matchable: boolean;
}

interface Rule {
  kind: Kind;
  group: string;
  level: Field['level'];
  /** What the column may be called, in English and Chinese. */
  called: RegExp;
  /** What nearly all of its values look like, whatever it is called. */
  looks?: RegExp;
  shape?: string;
  name?: string;
  matchable?: true;
}

const NUMBER18 = "{ is: text, max: 18, pattern: '^\\d{17}[\\dXx]$', example: '990001201405060018' }";
const PHONE = /^1\d{10}$/;

/** The first that fits. What no one may take lightly comes first. */
const RULES: readonly Rule[] = [
  {
    kind: 'health',
    group: 'health',
    level: 'L4',
    called:
      /health|disab|illness|diagnos|hiv|allerg|hospital|medic|blood|健康|病|残疾|诊|过敏|血[型压]|住院|用药/i,
  },
  {
    kind: 'harm',
    group: 'harm',
    level: 'L4',
    called: /harm|abuse|crime|crimin|offen|court|police|侵害|虐待|犯罪|案件|判决/i,
  },
  {
    kind: 'identity',
    group: 'number',
    level: 'L3',
    called: /id_?(no|num|card)|identity|passport|身份证|证件/i,
    looks: /^\d{17}[\dXx]$/,
    shape: NUMBER18,
    name: 'id_number',
    matchable: true,
  },
  {
    kind: 'phone',
    group: 'contact',
    level: 'L3',
    called: /phone|mobile|(^|_)tel|电话|手机|联系方式/i,
    looks: PHONE,
    name: 'phone',
  },
  { kind: 'address', group: 'contact', level: 'L3', called: /addr|street|住址|地址|住所/i, name: 'address' },
  {
    kind: 'money',
    group: 'money',
    level: 'L3',
    called: /income|salary|bank|account|benefit|收入|工资|银行|账号|账户|补贴/i,
  },
  { kind: 'birth', group: 'facts', level: 'L2', called: /birth|born|出生|生日/i, name: 'birth_date' },
  {
    kind: 'area',
    group: 'facts',
    level: 'L1',
    called: /area|district|division|region|区划|地区|辖区/i,
    name: 'area_code',
  },
  {
    kind: 'person',
    group: 'name',
    level: 'L2',
    called: /^(full_?|first_?|last_?|given_?|family_?)?name$|姓名|^名字$/i,
    name: 'name',
  },
  {
    kind: 'number',
    group: 'number',
    level: 'L2',
    called: /(^|_)(no|number|id|key)$|编号|学籍号|证号|序号/i,
    matchable: true,
  },
];

const NEARLY = 0.8;

/** @returns a field for each column, and those which every pack needs and the table lacks, with `kind: 'missing'` */
export function suggest(columns: readonly Column[]): Field[] {
  const taken = new Set<string>();
  const fields = columns.map((column, at) => {
    const found = RULES.find((rule) => fits(rule, column)) ?? null;
    // One day and one place alone decide; another is a field like any other.
    const rule =
      found?.group === 'facts' && (taken.has(found.kind) || !decides(found, column)) ? null : found;
    if (rule) taken.add(rule.kind);
    return fieldOf(column, rule, nameOf(column.name, rule?.name, at, taken));
  });
  const lacks = (['birth', 'area'] as const).filter((kind) => !taken.has(kind));
  return [...fields, ...lacks.map(missing)];
}

function fits({ called, looks }: Rule, { name, label, values }: Column): boolean {
  if (called.test(name) || called.test(label)) return true;
  return (
    looks !== undefined &&
    values.length > 0 &&
    values.filter((value) => looks.test(value)).length >= values.length * NEARLY
  );
}

/** A day that is kept as text needs `days` in the mapping. */
const decides = ({ kind }: Rule, { type, values }: Column) =>
  kind === 'birth'
    ? type === 'date' || (values.length > 0 && values.every((value) => DAY.test(value)))
    : values.every((value) => AREA.test(value));

const DAY = /^((19|20)\d{6}|\d{4}\D{1,2}\d{1,2}\D{1,2}\d{1,2}\D?|\d{1,2}\D\d{1,2}\D\d{4})$/;

const AREA = /^\d{6}(\d{3}){0,2}$/;
const AREA_SHAPE = "{ is: text, max: 12, pattern: '^\\d{6}(\\d{3}){0,2}$', example: '990001001001' }";

/** Where the offices of the sample are: the county of the first row. */
export function countyOf(columns: readonly Column[]): string {
  const area = columns.find((column) => RULES.some((rule) => rule.kind === 'area' && fits(rule, column)));
  const [first = ''] = area?.values ?? [];
  return AREA.test(first) ? first.slice(0, 6) : '990001';
}

/** A name of the policy: the column's own if it can be one. */
function nameOf(column: string, known: string | undefined, at: number, taken: Set<string>): string {
  const own = column
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const first = /^[a-z]/.test(own) && /^[\x20-\x7e]+$/.test(column) ? own : (known ?? `field_${at + 1}`);
  const name = taken.has(` ${first}`) ? `${first}_${at + 1}` : first;
  taken.add(` ${name}`);
  return name;
}

function fieldOf(column: Column, rule: Rule | null, name: string): Field {
  const closed = closedIn(column);
  const kind = rule?.kind ?? (closed ? 'closed' : 'other');
  return {
    name,
    label: column.label,
    kind,
    group: rule?.group ?? 'other',
    level: rule?.level ?? 'L2',
    reason: t[kind],
    shape: shapeOf(column, rule, closed),
    matchable: rule?.matchable ?? false,
  };
}

function shapeOf(
  { type, values, longest }: Column,
  rule: Rule | null,
  closed: readonly string[] | null,
): string {
  if (rule?.kind === 'area') return AREA_SHAPE;
  if (rule?.kind === 'birth') return '{ is: date }';
  if (rule?.shape && values.every((value) => rule.looks?.test(value))) return rule.shape;
  if (closed) return `{ is: one of, values: ${JSON.stringify(closed)} }`;
  // A key by which people are found is text.
  if (type === 'date' || type === 'boolean') return `{ is: ${type} }`;
  if (type === 'number' && !rule?.matchable) return '{ is: number, min: -1000000000, max: 1000000000 }';
  const most = longest ?? Math.max(20, ...values.map((value) => 2 * [...value].length));
  return `{ is: text, max: ${Math.min(4000, Math.ceil(most / 10) * 10)} }`;
}

/** Few values, each of several rows. */
function closedIn({ type, values, closed }: Column): readonly string[] | null {
  if (closed) return closed;
  const found = [...new Set(values)].sort();
  const few = type === 'text' && found.length >= 2 && found.length <= 12 && values.length >= 4 * found.length;
  return few && found.every((value) => value.length <= 40) ? found : null;
}

function missing(kind: 'birth' | 'area'): Field {
  const birth = kind === 'birth';
  const name = birth ? 'birth_date' : 'area_code';
  const shape = birth ? '{ is: date }' : AREA_SHAPE;
  return {
    name,
    label: name,
    kind: 'missing',
    group: 'facts',
    level: birth ? 'L2' : 'L1',
    reason: t.missing,
    shape,
    matchable: false,
  };
}
