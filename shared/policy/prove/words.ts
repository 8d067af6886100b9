/** What people said in one run: which of the states of each part. */
import { consentActs, type Matter } from '../decide/consent-acts.ts';
import type { Pack } from '../pack/pack.ts';
import type { ConsentArtefact, Json } from '../types.ts';
import type { Choices } from './choices.ts';
import type { Part, Said } from './said.ts';

const ABOUT = ['this', 'other'] as const;
const NAMED = [true, false] as const;
const EMPTY = { county: null, facts: {}, frozen: false, conflict: false, disputed: [] };

type Born = Json | undefined;

export class Words {
  readonly #pack: Pack;
  readonly #matter: Omit<Matter, 'situation'>;
  readonly #choices: Choices;
  readonly #parts: readonly Part[];
  readonly #born: () => Born;
  readonly #states = new Map<Part, Map<Born, readonly Said[]>>();
  readonly #known = new Map<Said, Map<Born, Record<string, Json>>>();

  /** @param born the date of birth, which varies from then on */
  constructor(
    pack: Pack,
    matter: Omit<Matter, 'situation'>,
    choices: Choices,
    parts: readonly Part[],
    born: () => Born,
  ) {
    this.#pack = pack;
    this.#matter = matter;
    this.#choices = choices;
    this.#parts = parts;
    this.#born = born;
  }

  /** Whether people may have said something. */
  get count(): boolean {
    return this.#parts.length > 0;
  }

  /** Whether it is for this use, or for another. */
  get about(): (typeof ABOUT)[number] {
    return this.count ? this.#choices.pick(ABOUT) : 'this';
  }

  /** Whether the consents name the fields. */
  get named(): boolean {
    return !this.count || this.#choices.pick(NAMED);
  }

  /** The last word of a giver. */
  said(giver: string): string {
    const part = this.#parts.find(({ givers }) => givers.includes(giver));
    const state = part && this.#choices.pick(this.#statesOf(part));
    return state?.giver === giver ? state.word : 'none';
  }

  /** The input of the consent table, if what was said for this use feeds it. */
  input(name: string): Json | undefined {
    const part = this.#parts.find(({ inputs }) => inputs.includes(name));
    if (!part || this.about === 'other') return undefined;
    return this.#read(this.#choices.pick(this.#statesOf(part)), this.#born())[name];
  }

  /**
   * The acts of this run.
   * @param relied whether they lead to a release. Then it gives what all consents name, also those that no row asks for.
   */
  items(relied: boolean): readonly ConsentArtefact[] {
    const { about } = this;
    const items = this.#parts.flatMap((part) => {
      const states = this.#statesOf(part);
      if (this.#choices.has(states)) return this.#choices.pick(states).items;
      return relied && about === 'this' ? this.#choices.pick(part.given).items : [];
    });
    const other = this.#parts[0]?.states[1]?.items ?? [];
    if (about === 'other') return [...items, ...other].map((one) => ({ ...one, recipient: 'another' }));
    if (!relied || !items.some(({ act }) => act === 'given') || this.named) return items;
    return items.map((one) => (one.act === 'given' ? { ...one, fields: [] } : one));
  }

  /** The states that the table tells apart at this age: what was said before a birthday often counts like what is said today. */
  #statesOf(part: Part): readonly Said[] {
    const born = this.#born();
    const mine = this.#states.get(part) ?? new Map<Born, readonly Said[]>();
    this.#states.set(part, mine);
    let found = mine.get(born);
    if (!found) {
      const key = (one: Said) => JSON.stringify([one.word, one.giver, this.#read(one, born)]);
      found = [...new Map([...part.states].reverse().map((one) => [key(one), one])).values()].reverse();
      mine.set(born, found);
    }
    return found;
  }

  /** The inputs that a state feeds, by the functions that read acts for a decision. */
  #read(state: Said, born: Born): Readonly<Record<string, Json>> {
    const known = this.#known.get(state) ?? new Map<Born, Record<string, Json>>();
    this.#known.set(state, known);
    let found = known.get(born);
    if (!found) {
      const { birth } = this.#pack.consent.evidence;
      const facts: Record<string, Json> = birth && born !== undefined ? { [birth.field]: born } : {};
      const situation = { ...EMPTY, facts, consents: state.items };
      const { inputs, telling } = consentActs(this.#pack, { ...this.#matter, situation });
      found = { ...inputs, ...telling };
      known.set(born, found);
    }
    return found;
  }
}
