/** What a move to the other county needs besides a relation to the person. */
import type { SampleAgency } from '../../../infra/local/sample/parties.ts';
import { SCENE, type Whose } from '../scenes/scene.ts';
import { barredAtDoor } from './expected.ts';
import type { Party } from './world.ts';

const other = (whose: Whose): Whose => (whose === 'own' ? 'foreign' : 'own');

/** No office of the party's department reads its tasks in the other county. */
export function withoutReceiver(party: Party, whose: Whose): string | null {
  const reads = ({ clientId, areas, actions }: SampleAgency) =>
    SCENE.speaks[clientId] !== undefined &&
    SCENE.speaks[clientId] === SCENE.speaks[party.agency.clientId] &&
    areas.includes(SCENE.county[other(whose)]) &&
    actions.includes('casework');
  return SCENE.agencies.some(reads) ? null : (barredAtDoor(party, 'subject.move') ?? 'INVALID_REQUEST');
}

/** @param ref of the person, who is the survivor of a merge as well */
export function callOn(route: string, ref: string, whose: Whose): { path: string; body: object } {
  const more = { merge: { into: ref }, move: { area: SCENE.county[other(whose)] } };
  const body = (route.startsWith('POST') && more[route.split('/').at(-1) as keyof typeof more]) || {};
  return { path: (route.split(' ')[1] as string).replace(':ref', ref), body };
}
