/** Every route as every agency, with an officer who has logged in and with a claimed one. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { actDef } from '../../../shared/acts.ts';
import { ALL_ROUTES as ROUTES } from '../../../shared/contract/routes/all.ts';
import { liftStopLimits } from '../../support/lifted.ts';
import { ABSENT } from '../scenes/absent.ts';
import type { Whose } from '../scenes/scene.ts';
import { ABOUT } from './about.ts';
import { BARRED, barred, barredAtDoor, isRelated } from './expected.ts';
import { beginThings } from './things.ts';
import { openWorld, PARTIES, type Party } from './world.ts';

liftStopLimits();

const guarded = ROUTES.filter(({ act }) => !('open' in actDef(act)));
const named = guarded.map((route) => ({ ...route, name: `${route.method} ${route.path}` }));

const world = await openWorld();
await world.gateway.sequencer.step();
const things = { own: await beginThings(world, 'own'), foreign: await beginThings(world, 'foreign') };
// What rests on the log asks for one that has taken in what was written.
beforeEach(() => world.gateway.sequencer.step());
afterAll(() => world.close());

const label = ({ agency, known }: Party, rest = '') => `${agency.clientId} ${known}${rest && ` ${rest}`}`;

it('has a call for each route whose row can ask what the caller is to a person or thing', () => {
  const missing = named.filter(
    ({ act, name }) => isRelated(act) && !ABOUT[name] && !LISTS.has(name) && !ABSENT.has(name),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

/** Routes that show a list of permitted items: an empty list reveals as little as a refusal. */
const LISTS = new Set([
  'GET /v1/consents',
  'POST /v1/consents/search',
  'GET /v1/agencies/:id',
  'GET /v1/subjects/waiting',
  'GET /v1/holds',
  'GET /v1/incidents',
  'GET /v1/objections',
]);

describe('before the handler', () => {
  it.each(named)(
    '$name is open to the callers of its row, and gives others the reason',
    async ({ method, path, act }) => {
      const target = path.replace(/:\w+/g, 'x').replace('*', 'x');
      const send = async (party: Party): Promise<[string, string | null, string]> => {
        const answer = await world.send(party, act, method, target, method === 'GET' ? undefined : {});
        return [label(party), barredAtDoor(party, act), answer.code];
      };
      for (const [who, expected, code] of await Promise.all(PARTIES.map(send))) {
        if (expected !== null) expect(code, who).toBe(expected);
        else expect(DOOR.has(code) ? code : null, who).toBeNull();
      }
    },
  );
});

/** Codes of the look before anything is known of the matter. */
const DOOR = new Set(['ACTION_NOT_GRANTED', 'PERSON_REQUIRED']);

describe('about a person or thing', () => {
  const related = named.filter(({ name }) => ABOUT[name]);
  it.each(related)('$name is open only to the callers of its row', async ({ name, method, act }) => {
    const about = ABOUT[name] as (typeof ABOUT)[string];
    const send = async (party: Party, whose: Whose): Promise<[string, string | null, string, number]> => {
      const { path, body } = await about.call(world, party, whose, things[whose]);
      const ask = () => world.send(party, act, method, path, body);
      const first = await ask();
      // Of an act that names no thing the two calls of a party are one that arrives twice.
      const { code, status } = first.code === 'CONFLICT' ? await ask() : first;
      return [
        label(party, whose),
        about.first?.(party, whose) ??
          barred(party, act, about.matter(party, whose), about.person, about.known?.(party)),
        code,
        status,
      ];
    };
    const sent = PARTIES.flatMap((party) => [send(party, 'own'), send(party, 'foreign')]);
    let permitted = 0;
    for (const [who, expected, code, status] of await Promise.all(sent)) {
      expect(status, who).toBeLessThan(500);
      if (expected !== null) expect(code, who).toBe(expected);
      else expect(BARRED.has(code) ? code : null, who).toBeNull();
      if (expected === null) permitted++;
    }
    // A row that no caller meets would leave the other half untried.
    expect(permitted).toBeGreaterThan(0);
  });
});
