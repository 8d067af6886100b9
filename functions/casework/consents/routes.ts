import type { Hono } from 'hono';
import {
  ConfirmConsent,
  ConsentsQuery,
  FileConsent,
  MakeConsentCode,
  SearchConsents,
  SetConflict,
  WithdrawConsent,
} from '../../../shared/contract/routes/consents.ts';
import { asClientId } from '../../../shared/ids.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { registered } from '../../session/agency.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { confirmConsent, makeConsentCode } from './confirm.ts';
import { setConflict } from './conflicts.ts';
import { fileConsent } from './file.ts';
import { listConsents } from './list.ts';
import { viewOf } from './stored.ts';
import { withdrawConsent } from './withdraw.ts';

export function mountConsents(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/consents', authenticate(deps, 'consent.file'), async (c) => {
    const body = await readBody(c, FileConsent);
    const act = await beginAct(deps, c.get('session'), body);
    const recipient = await registered(deps, asClientId(body.recipient));
    const { consent, informed, receipt } = await fileConsent(act, body, recipient);
    return c.json({ consent: viewOf(consent), informed: informed && viewOf(informed), receipt });
  });

  app.get('/v1/consents', authenticate(deps, 'consent.list'), async (c) => {
    const { ref } = readQuery(c, ConsentsQuery);
    return c.json({ consents: await listConsents(await beginRead(deps, c.get('session')), { ref }) });
  });

  app.post('/v1/consents/search', authenticate(deps, 'consent.list'), async (c) => {
    const { subject } = await readBody(c, SearchConsents);
    return c.json({ consents: await listConsents(await beginRead(deps, c.get('session')), subject) });
  });

  app.post('/v1/consents/:id/confirm', authenticate(deps, 'consent.confirm'), async (c) => {
    const body = await readBody(c, ConfirmConsent);
    const act = await beginAct(deps, c.get('session'), body);
    const { consent, receipt } = await confirmConsent(act, c.req.param('id'), body);
    return c.json({ consent: viewOf(consent), receipt });
  });

  app.post('/v1/consents/:id/codes', authenticate(deps, 'consent.code'), async (c) => {
    const body = await readBody(c, MakeConsentCode);
    const act = await beginAct(deps, c.get('session'), body);
    return c.json(await makeConsentCode(act, c.req.param('id'), body));
  });

  app.post('/v1/consents/:id/withdraw', authenticate(deps, 'consent.withdraw'), async (c) => {
    const body = await readBody(c, WithdrawConsent);
    const act = await beginAct(deps, c.get('session'), body);
    const { consent, receipt } = await withdrawConsent(act, c.req.param('id'), body);
    return c.json({ consent: viewOf(consent), receipt });
  });

  app.post('/v1/conflicts', authenticate(deps, 'conflict.set'), async (c) => {
    const body = await readBody(c, SetConflict);
    const act = await beginAct(deps, c.get('session'), body);
    const answer = await setConflict(act, body);
    return c.json(answer, answer.state === 'pending' ? 202 : 200);
  });
}
