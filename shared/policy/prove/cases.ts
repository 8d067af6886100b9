/** The records of which a sentence of law speaks, one for each way in which the pack tells them apart. */
import { defined } from '../../defined.ts';
import { rowFor } from '../decide/consent.ts';
import type { Inputs, Matter } from '../decide/consent-acts.ts';
import { ageChoices, consentFor, factInputs, requestInputs } from '../decide/evidence.ts';
import { kindOf } from '../decide/ground.ts';
import type { Pack } from '../pack/pack.ts';
import type { ConsentRow } from '../pack/parts.ts';
import type { ConditionMap } from '../schema/condition-schema.ts';
import type { Ask, Caller, ConsentArtefact, Json, Situation } from '../types.ts';
import { dayOf } from '../value/age.ts';
import { holds } from '../value/conditions.ts';
import { Choices, FLAGS, type Flag } from './choices.ts';
import { type Fact, factsFor, NOW } from './cuts.ts';
import type { Written } from './imagined.ts';
import { areaOf, elsewhere, liftsOf } from './requests.ts';
import { partsOf } from './said.ts';
import { Words } from './words.ts';

/** The record of a case. Each part of it is chosen when the sentence, or the decision, first reads it. */
export class Case {
  readonly situation: Situation;
  readonly #pack: Pack;
  readonly #caller: Caller;
  readonly #ask: Ask;
  readonly #kind: string;
  readonly #choices: Choices;
  readonly #varied: ReadonlySet<string> | null;
  readonly words: Words;
  readonly #facts = new Map<string, readonly Fact[]>();
  readonly #ages = new Map<Fact, Inputs | undefined>();
  readonly #blind: boolean;
  /** What was decided, by the path of choices of which the decision was made. */
  readonly #decided = new Map<string, string>();
  #row: ConsentRow | undefined;
  #items: readonly ConsentArtefact[] = [];
  #asked = 0;
  readonly #stated: Readonly<Record<string, Json>>;
  readonly #matter: Omit<Matter, 'situation'>;
  readonly #reads: readonly ConditionMap[];
  /** Fields that conditions read. Others are read by the consent table alone, which is asked what it reads. */
  readonly #direct: ReadonlySet<string>;

  /**
   * @param reads conditions on facts, those of the consent table left out
   * @param varied which flags vary; `null` for all
   * @param sees whether the sentence speaks of what the consent table reads. If not, one case for each outcome is enough.
   */
  constructor(
    { pack, caller, ask }: { pack: Pack; caller: Caller; ask: Ask },
    choices: Choices,
    reads: readonly ConditionMap[],
    varied: ReadonlySet<string> | null,
    sees: boolean,
  ) {
    this.#pack = pack;
    this.#caller = caller;
    this.#ask = ask;
    this.#choices = choices;
    this.#varied = varied;
    this.#reads = reads;
    this.#direct = new Set(reads.flatMap((map) => Object.keys(map).map((path) => path.split('.')[0] ?? '')));
    const purpose = pack.purposes.get(ask.purpose);
    this.#kind = (purpose && kindOf(purpose, caller, ask)) ?? '';
    const parts = sees || pack.consent.kinds[this.#kind]?.needsConsent ? partsOf(pack, ask.purpose) : [];
    const read = pack.consent.kinds[this.#kind]?.facts ?? [];
    this.#blind = !sees && parts.length > 0 && !read.some((field) => this.#direct.has(field));
    this.#matter = { caller, ask, now: NOW, kind: this.#kind, cells: new Map() };
    const { birth } = pack.consent.evidence;
    this.words = new Words(pack, this.#matter, choices, parts, () => birth && this.fact(birth.field));
    this.situation = this.#situation();
    this.#stated = requestInputs(pack.consent.evidence, { caller, ask });
  }

  #situation(): Situation {
    const { fields, areaField, countyDigits } = this.#pack;
    const names = [...fields.keys()];
    const area = () => (this.is('local') ? areaOf(this.#pack) : elsewhere(areaOf(this.#pack)));
    const facts: Record<string, Json> = {};
    const others: Record<string, Json[]> = {};
    for (const name of names) {
      const fact = () => (name === areaField ? { value: area(), others: [] } : this.#factOf(name));
      Object.defineProperty(facts, name, { enumerable: true, get: () => fact().value });
      Object.defineProperty(others, name, { enumerable: true, get: () => fact().others });
    }
    const approval = { fields: new Map(names.map((name) => [name, 'imagined'])) };
    const lifts = liftsOf(this.#pack, this.#ask.purpose);
    const helps = this.#pack.retention?.help?.purposes.includes(this.#ask.purpose);
    const read = <T>(get: () => T) => ({ enumerable: true, get });
    return Object.defineProperties({ facts, others } as unknown as Situation, {
      county: read(() => area().slice(0, countyDigits)),
      consents: read(() => this.#consents()),
      frozen: read(() => this.is('frozen')),
      helpEnded: read(() => (helps || this.#choices.has(FLAGS.ended)) && this.is('ended')),
      conflict: read(() => this.is('conflict')),
      disputed: read(() => (this.is('disputed') ? names : [])),
      lifts: read(() => (this.is('lifted') ? lifts : [])),
      assigned: read(() => this.is('assigned')),
      approval: read(() => (this.is('approved') ? approval : undefined)),
    });
  }

  is(name: Flag): boolean {
    if (name === 'approved' && this.#ask.request === undefined) return false;
    if (name === 'conflict' && this.#blind) return this.#way().conflict;
    return this.#varied?.has(name) === false ? FLAGS[name][0] : this.#choices.pick<boolean>(FLAGS[name]);
  }

  /** The fact, which varies from now on. */
  fact(field: string): Json | undefined {
    return this.#pick(field).value;
  }

  #pick(field: string): Fact {
    return this.#choices.pick(this.#valuesOf(field));
  }

  #valuesOf(field: string): readonly Fact[] {
    let all = this.#facts.get(field);
    if (!all) {
      all = factsFor(this.#pack, field, { caller: this.#caller, ask: this.#ask, now: NOW }, this.#reads);
      this.#facts.set(field, all);
    }
    return all;
  }

  #factOf(field: string): Fact {
    if (this.#blind && !this.#direct.has(field)) return this.#way().facts.get(field) ?? NONE;
    if (!this.#direct.has(field)) this.#consents();
    const all = this.#facts.get(field);
    return this.#direct.has(field) || (all && this.#choices.has(all)) ? this.#pick(field) : NONE;
  }

  /** What people said, after the consent table was asked what of it, and of which facts, it reads. */
  #consents(): readonly ConsentArtefact[] {
    if (this.#asked !== this.#choices.run) {
      this.#items = this.#askTable();
      this.#asked = this.#choices.run;
    }
    return this.#items;
  }

  #askTable(): readonly ConsentArtefact[] {
    if (this.#blind) {
      const { purpose } = this.#ask;
      return this.#way().items.map((one) => ({ ...one, purpose }));
    }
    const { consent } = this.#pack;
    const row = rowFor(consent, (input) => this.#input(input));
    this.#row = row;
    const relied =
      row && consent.verdicts.some((one) => one.verdict === row.verdict && (one.releases || one.lifted));
    return this.words.items(relied === true);
  }

  /** One of the ways in which the consent chapter can decide. */
  #way(): Way {
    return this.#choices.pick(waysOf(this.#pack, this.#caller, this.#ask, this.#kind));
  }

  /** An input of the consent table, the stage among them, whether or not the ground of the request reads it. */
  input(name: string): Json | undefined {
    const { stage, evidence } = this.#pack.consent;
    const all = new Set(Object.values(this.#pack.consent.kinds).flatMap(({ facts }) => facts));
    const look = (input: string) => this.#input(input, [...all]);
    if (name !== stage.input) return evidence.kind === name ? this.#kind : look(name);
    return stage.cases.find(({ when }) => holds(when, look, null))?.value ?? stage.otherwise;
  }

  /**
   * As the table gets it, by the functions that read it for a decision.
   * @param facts those that the ground reads
   */
  #input(input: string, facts = this.#pack.consent.kinds[this.#kind]?.facts ?? []): Json | undefined {
    const { evidence, inputs } = this.#pack.consent;
    const fallback = evidence.unproven[input] ?? inputs[input]?.default;
    if (input === evidence.kind) return this.#kind;
    if (Object.hasOwn(this.#stated, input)) return this.#stated[input];
    if (input === evidence.conflict && facts.length > 0 && this.is('conflict')) return true;
    const { birth } = evidence;
    if (birth && facts.includes(birth.field) && (input === birth.age || input === birth.birthday))
      return this.#ageOf(this.#pick(birth.field))?.[input] ?? fallback;
    const from = evidence.facts.find((fact) => fact.input === input && facts.includes(fact.field));
    if (from) {
      const { value, others = [] } = this.#pick(from.field);
      return factInputs(evidence, from.field, value, [value, ...others])[input] ?? fallback;
    }
    if (input === evidence.scope) return this.words.about !== 'other';
    return this.words.input(input) ?? fallback;
  }

  #ageOf(born: Fact): Inputs | undefined {
    if (!this.#ages.has(born)) {
      const { consent, calendar } = this.#pack;
      const today = dayOf(NOW, calendar.utcOffsetMinutes);
      this.#ages.set(born, ageChoices(consent.evidence, born.value, today)[0]);
    }
    return this.#ages.get(born);
  }

  /**
   * Whether a decision was made of another case that the consent table decides by the same row, with consents of the same
   * kind, and that is equal in all that is no matter of consent.
   */
  get isDecided(): boolean {
    if (this.#blind || !this.words.count) return false;
    const key = this.#keyOf(this.situation.consents);
    const path = this.#choices.path;
    const first = this.#decided.get(key) ?? path;
    this.#decided.set(key, first);
    return first !== path;
  }

  #keyOf(items: readonly ConsentArtefact[]): string {
    const said = items.map(
      ({ act, fields, recipient }) =>
        `${act === 'given'} ${act === 'informed'} ${fields.length} ${recipient}`,
    );
    const flags = Object.values(FLAGS).map(
      (flag) => this.#choices.has(flag) && this.#choices.pick<boolean>(flag),
    );
    const facts = [...this.#direct].map((field) => {
      const all = this.#facts.get(field);
      return all && this.#choices.has(all) ? all.indexOf(this.#choices.pick(all)) : null;
    });
    return JSON.stringify([
      this.#row?.reason,
      this.#row?.rule,
      this.#row?.verdict,
      [...new Set(said)].sort(),
      flags,
      facts,
    ]);
  }

  /** What the consent chapter makes of this case; `null` if it made the same of another one. */
  way(): (Way & { outcome: string }) | null {
    const { situation } = this;
    const items = [...situation.consents];
    const key = this.#keyOf(items);
    if (this.#decided.has(key)) return null;
    this.#decided.set(key, '');
    const cells = new Map([...this.#pack.fields.keys()].map((field) => [field, { form: 'plain' as const }]));
    const { decision, reason, rule, covered } = consentFor(this.#pack, { ...this.#matter, situation, cells });
    const facts = new Map(
      [...this.#facts].map(([field, all]) => [
        field,
        this.#choices.has(all) ? this.#choices.pick(all) : NONE,
      ]),
    );
    const outcome = JSON.stringify([decision, reason, rule, covered?.size]);
    return { items, facts, conflict: this.#choices.has(FLAGS.conflict) && this.is('conflict'), outcome };
  }

  /** The whole request. What nothing read has its ordinary value. */
  imagined(): Written {
    const { facts, others = {}, approval, ...rest } = this.situation;
    const given = <T extends object>(table: T) => defined({ ...table }) as T;
    const situation = {
      ...rest,
      facts: given(facts),
      others: given(others),
      ...(approval && { approval: { fields: Object.fromEntries(approval.fields) } }),
    };
    return { caller: this.#caller, ask: this.#ask, situation, at: NOW };
  }
}

/** A case of the consent chapter. */
interface Way {
  items: readonly ConsentArtefact[];
  facts: ReadonlyMap<string, Fact>;
  conflict: boolean;
}

const known = new WeakMap<Pack, Map<string, Way[]>>();

/** One case for each outcome that the consent chapter can have for this ground. */
function waysOf(pack: Pack, caller: Caller, ask: Ask, kind: string): Way[] {
  const mine = known.get(pack) ?? new Map<string, Way[]>();
  known.set(pack, mine);
  const key = JSON.stringify([kind, requestInputs(pack.consent.evidence, { caller, ask })]);
  const found = mine.get(key);
  if (found) return found;
  const choices = new Choices();
  const one = new Case({ pack, caller, ask }, choices, [], null, true);
  const ways = new Map<string, Way>();
  do {
    const found = one.way();
    if (found && !ways.has(found.outcome)) ways.set(found.outcome, found);
  } while (choices.next());
  const all = [...ways.values()];
  mine.set(key, all);
  return all;
}

const NONE: Fact = {};
