import type { Hono } from 'hono';
import type { Pending } from '../../../shared/contract/common.ts';
import {
  AgenciesQuery,
  ChangeAgency,
  ConfirmAgency,
  RegisterAgency,
  ReplaceKeys,
  SuspendAgency,
} from '../../../shared/contract/routes/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { StewardDeps } from '../deps.ts';
import { changeAgency, registerAgency, replaceKeys, suspendAgency } from './agencies.ts';
import { type ChangedAgency, confirmChange } from './change.ts';
import { rotateKeys } from './rotate-keys.ts';
import { agenciesPage, showAgency } from './view.ts';

/** The routes under `/v1/agencies`. */
export function mountAgencies(app: Hono<{ Variables: SessionVariables }>, deps: StewardDeps): void {
  const status = (answer: ChangedAgency | Pending) => ('state' in answer ? 202 : 200);

  // Before the routes with an id, because `self` is not an id.
  app.put('/v1/agencies/self/jwks', authenticate(deps, 'agency.rotate'), async (c) =>
    c.json(await rotateKeys(deps, c)),
  );
  app.get('/v1/agencies', authenticate(deps, 'agency.read'), async (c) =>
    c.json(await agenciesPage(deps, readQuery(c, AgenciesQuery).cursor)),
  );
  app.post('/v1/agencies', authenticate(deps, 'agency.register'), async (c) => {
    const answer = await registerAgency(deps, c.get('session'), await readBody(c, RegisterAgency));
    return c.json(answer, status(answer));
  });
  app.get('/v1/agencies/:id', authenticate(deps, 'agency.read'), async (c) =>
    c.json(await showAgency(deps, asClientId(c.req.param('id')))),
  );
  app.put('/v1/agencies/:id', authenticate(deps, 'agency.change'), async (c) => {
    const body = await readBody(c, ChangeAgency);
    const answer = await changeAgency(deps, c.get('session'), asClientId(c.req.param('id')), body);
    return c.json(answer, status(answer));
  });
  app.put('/v1/agencies/:id/jwks', authenticate(deps, 'agency.rekey'), async (c) => {
    const body = await readBody(c, ReplaceKeys);
    const answer = await replaceKeys(deps, c.get('session'), asClientId(c.req.param('id')), body);
    return c.json(answer, status(answer));
  });
  app.post('/v1/agencies/:id/confirm', authenticate(deps, 'agency.confirm'), async (c) => {
    const body = await readBody(c, ConfirmAgency);
    const answer = await confirmChange(deps, c.get('session'), asClientId(c.req.param('id')), body);
    return c.json(answer, status(answer));
  });
  for (const [verb, suspended] of [
    ['suspend', true],
    ['unsuspend', false],
  ] as const) {
    app.post(`/v1/agencies/:id/${verb}`, authenticate(deps, `agency.${verb}`), async (c) => {
      const words = await readBody(c, SuspendAgency);
      const id = asClientId(c.req.param('id'));
      const answer = await suspendAgency(deps, c.get('session'), id, { suspended, words });
      return c.json(answer, status(answer));
    });
  }
}
