/** What people may have said about a use, as far as the consent table tells it apart: a list of parts, each with its states. */
import type { Pack } from '../pack/pack.ts';
import type { ConsentArtefact, Json } from '../types.ts';
import { holds } from '../value/conditions.ts';
import { EARLIER, NOW, RECIPIENT, tableConditions } from './cuts.ts';

const DAY = 86_400_000;

/** One of the things that people say: inputs of the table that it feeds, and its states, of which the first says nothing. */
export interface Part {
  inputs: readonly string[];
  givers: readonly string[];
  states: readonly Said[];
  /** Nothing, or a consent. */
  given: readonly Said[];
}
export interface Said {
  word: string;
  giver: string;
  items: readonly ConsentArtefact[];
}

export function partsOf(pack: Pack, purpose: string): Part[] {
  const { acts, informed, judgement, proofs = [] } = pack.consent.evidence;
  const item = (given: Partial<ConsentArtefact>, days = 0): ConsentArtefact => {
    const at = ago(days);
    return {
      id: `${given.giver}-${given.relation ?? given.act}`,
      version: 1,
      purpose,
      recipient: RECIPIENT,
      fields: [...pack.fields.keys()],
      giver: '',
      act: 'given',
      officers: ['imagined'],
      from: at,
      until: ago(-90),
      at,
      ...given,
    };
  };
  const said = (giver: string, word: string, items: ConsentArtefact[]): Said => ({ giver, word, items });
  const nothing = said('', 'none', []);
  const rows = acts.map(({ input, givers, giver, age, endsAtAge, others }) => {
    const times = age !== undefined || endsAtAge !== undefined ? [0, EARLIER] : [0];
    const against = others === undefined ? [] : wordsOf(pack, others).filter((act) => act !== 'given');
    const states = givers.flatMap((who) =>
      wordsOf(pack, input).flatMap((word) => {
        const act = word as ConsentArtefact['act'];
        if (act !== 'given') return [said(who, act, [item({ giver: who, act, relation: 'one' })])];
        return times.flatMap((days) => {
          const given = item({ giver: who, act, relation: 'one' }, days);
          const no = (other: string) =>
            item({ giver: who, act: other as ConsentArtefact['act'], relation: 'other' });
          return [said(who, act, [given]), ...against.map((other) => said(who, act, [given, no(other)]))];
        });
      }),
    );
    const inputs = [input, giver, age, others].filter((one) => one !== undefined);
    return { inputs, givers, states: [nothing, ...states] };
  });
  const told = (informed?.by ?? []).map(({ giver }) =>
    said(giver, 'informed', [item({ giver, act: 'informed' })]),
  );
  const judged = (['able', 'unable'] as const).map((act) =>
    said('practitioner', act, [item({ giver: 'practitioner', act })]),
  );
  const parts: Omit<Part, 'given'>[] = [
    ...rows,
    ...(informed ? [{ inputs: [informed.input], givers: [], states: [nothing, ...told] }] : []),
    ...(judgement ? [{ inputs: [judgement.input], givers: [], states: [nothing, ...judged] }] : []),
    ...proofs.map(({ input, act, by }) => {
      const items = by.map(([giver = '']) =>
        item({ giver, act: act as ConsentArtefact['act'] }, EARLIER + 1),
      );
      return { inputs: [input], givers: [], states: [nothing, said('', act, items)] };
    }),
  ];
  return parts.map((part) => {
    const given = part.states.find(({ word }) => word === 'given');
    return { ...part, given: given ? [nothing, given] : [nothing] };
  });
}

const ago = (days: number) => new Date(NOW - days * DAY - 60_000).toISOString();

/** Of the words of an input but the default, one for each way to meet the table. */
function wordsOf({ consent }: Pack, input: string): string[] {
  const { values = [], default: usual } = consent.inputs[input] ?? {};
  const table = tableConditions(consent).filter(([name]) => name === input);
  const key = (word: Json) =>
    JSON.stringify([
      word === 'given',
      ...table.map(([name, one]) => holds({ [name]: one }, () => word, null)),
    ]);
  const words = values.filter((word) => word !== usual && word !== 'none').map(String);
  return [...new Map(words.map((word) => [key(word), word])).values()];
}
