/** `fieldgate pack explain`: runs the real decision for an imagined caller and subject. */
import { readFileSync } from 'node:fs';
import { defined } from '../../../shared/defined.ts';
import { asClientId } from '../../../shared/ids.ts';
import { languageOf } from '../../../shared/language.ts';
import { explain } from '../../../shared/policy/compile/show/explain.ts';
import { articleOf } from '../../../shared/policy/pack/articles.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Article } from '../../../shared/policy/pack/parts.ts';
import { type Imagined, situationFrom } from '../../../shared/policy/prove/imagined.ts';
import type { Ask, Caller, ConsentArtefact, Json, Situation } from '../../../shared/policy/types.ts';
import { dayOf, isoOf } from '../../../shared/policy/value/age.ts';
import { type GlobalOptions, print } from '../common.ts';
import { label } from '../messages/labels.ts';
import { spoken, texts, words as w, wanted } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, table } from '../terminal/table.ts';
import { dutiesInWords, word } from '../terminal/words.ts';

const { explain: t, rule: r } = await texts('policy');

export interface ExplainOptions extends GlobalOptions {
  role: string[];
  area: string[];
  institution?: string;
  division?: string;
  fact: string[];
  consent: string[];
  attested?: boolean;
  basis?: string;
  at?: string;
  request?: string;
}

const YEAR = 365 * 86_400_000;

export function explainCommand(pack: Pack, purpose: string | undefined, options: ExplainOptions): void {
  if (options.request !== undefined) {
    show(pack, situationFrom(whole(options.request)), options);
    return;
  }
  if (purpose === undefined) throw new UsageError(t.noPurpose);
  const now = options.at === undefined ? Date.now() : Date.parse(`${options.at}T12:00:00Z`);
  if (Number.isNaN(now)) throw new UsageError(t.badAt);
  const caller = callerOf(pack, purpose, options, now);
  const ask = askOf(pack, purpose, options);
  show(pack, { caller, ask, situation: situationOf(pack, purpose, options, now), at: now }, options);
}

/** @throws UsageError for a file that holds no request */
function whole(path: string): Parameters<typeof situationFrom>[0] {
  try {
    const { caller, ask, situation, at } = JSON.parse(readFileSync(path, 'utf8'));
    if (caller && ask && situation && typeof at === 'number') return { caller, ask, situation, at };
  } catch {}
  throw new UsageError(t.noRequest(path));
}

function show(pack: Pack, { caller, ask, situation, at }: Imagined, options: GlobalOptions): void {
  const found = explain(pack, caller, ask, situation, at);
  print(options, found, () => {
    const conditions = found.requires.map(
      ({ label, rule, holds }) => [holds ? t.holds : t.fails, `${spoken(label)} (${rule})`] as const,
    );
    const summary = pairs([
      [label('outcome'), word(found.outcome)],
      [t.verdict, `${found.verdict} ${found.code} (${found.rule}): ${spoken(found.said)}`],
      [w.reason, spoken(found.reason)],
      ...articleRows(found.article),
      [w.duties, dutiesInWords(found.obligations, Object.fromEntries(pack.obligations)) || '–'],
      ...conditions,
    ]);
    const way = (name: string) => pack.generalisations.get(name) ?? pack.predicates.get(name);
    const inWords = (name: string) => (way(name) ? `(${spoken(way(name)?.label ?? {})})` : word(name));
    const rows = found.fields.map(({ field, words, rule, why }) => [
      field,
      words.split(' ').map(inWords).join(' '),
      rule,
      spoken(why),
    ]);
    return `${summary}\n${table([label('field'), t.released, label('rule'), t.why], rows)}`;
  });
}

/** The departments follow from the roles; the purpose counts as registered, the training as valid. */
function callerOf(
  pack: Pack,
  purpose: string,
  { role, area, institution }: ExplainOptions,
  now: number,
): Caller {
  const roles = role.length > 0 ? role : (pack.purposes.get(purpose)?.who.slice(0, 1) ?? []);
  return {
    clientId: asClientId('imagined'),
    departments: roles.flatMap((name) => pack.roles.get(name)?.departments ?? []),
    roles,
    areas: area.length > 0 ? area : [exampleArea(pack)],
    purposes: [purpose],
    trainedUntil: new Date(now + YEAR).toISOString().slice(0, 10),
    contracts: [{ from: '0001-01-01', until: '9999-12-31' }],
    activities: [{ id: 'imagined', ends: isoOf(dayOf(now, pack.calendar.utcOffsetMinutes)) }],
    ...defined({ institution }),
  };
}

/** An area of the right form, for a caller and a person of whom none is given. */
function exampleArea({ fields, areaField }: Pack): string {
  const shape = fields.get(areaField)?.shape;
  return shape?.is === 'text' ? (shape.example ?? '') : '';
}

/** Every requirement of a purpose for a request counts as met. */
function askOf(pack: Pack, purpose: string, { attested, basis }: ExplainOptions): Ask {
  const given = {
    case: 'imagined',
    officer: 'imagined',
    reason: 'imagined',
    cleared: true,
    instrument: 'imagined',
    activity: 'imagined',
    compare: Object.fromEntries([...pack.fields.keys()].map((field) => [field, 'imagined'])),
  };
  const route = pack.purposes.get(purpose)?.route;
  return {
    purpose,
    collection: pack.collection,
    subjects: 1,
    ...given,
    authenticated: true,
    appointed: true,
    ...defined({ route, basis }),
    ...(attested ? { imminentDangerAttested: true } : {}),
  };
}

function situationOf(pack: Pack, purpose: string, options: ExplainOptions, now: number): Situation {
  const division = options.division ?? options.area[0] ?? exampleArea(pack);
  const facts: Record<string, Json> = Object.fromEntries(
    options.fact.map((text) => {
      const [field, value] = pair(text);
      if (!pack.fields.has(field)) throw new UsageError(t.noField(field));
      return [field, json(value)];
    }),
  );
  return {
    county: division.slice(0, pack.countyDigits),
    facts: { [pack.areaField]: division, ...facts },
    consents: options.consent.map((text, index) => artefact(pack, purpose, pair(text), index, now)),
    frozen: false,
    conflict: false,
    disputed: [],
    assigned: true,
  };
}

function artefact(
  pack: Pack,
  purpose: string,
  [giver, act]: [string, string],
  index: number,
  now: number,
): ConsentArtefact {
  const at = new Date(now - 60_000).toISOString();
  const [who = '', relation] = giver.split(':');
  return {
    id: `consent-${index + 1}`,
    version: 1,
    purpose,
    recipient: 'imagined',
    fields: [...pack.fields.keys()],
    giver: who,
    ...defined({ relation }),
    officers: ['imagined'],
    act: act as ConsentArtefact['act'],
    from: at,
    until: new Date(now + YEAR).toISOString(),
    at,
  };
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(t.notPair(text));
  return [text.slice(0, at), text.slice(at + 1)];
}

function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** `fieldgate pack rule`: a rule in words, and the article of law that it rests on. */
type Named = Article & { name: string };

export function ruleCommand(pack: Pack, id: string, options: GlobalOptions): void {
  const text = pack.rules.get(id);
  if (!text) throw new UsageError(r.noRule(id));
  const article = articleOf(pack, id);
  const laws = pack.bases.filter((base) => id.startsWith(base.slice(0, base.indexOf(' '))));
  const law = laws.sort((one, other) => other.indexOf(' ') - one.indexOf(' '))[0] ?? '';
  print(options, { rule: id, text, law, article: article ?? null }, () =>
    pairs([[r.rule, `${id}  ${spoken(text)}`], [r.law, law], ...articleRows(article)]),
  );
}

/** The article in the reader's language, with whose words they are. */
function articleRows(article: Named | undefined): (readonly [string, string])[] {
  if (!article) return [];
  const tag = languageOf(Object.keys(article.text), wanted) ?? '';
  const whose = article.wording.includes(tag) ? r.wording : r.paraphrase;
  return [[r.article, `${article.name}  ${spoken(article.text)} (${whose})`]];
}
