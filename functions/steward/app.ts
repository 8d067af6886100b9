import type { JsonSchema } from '@valibot/to-json-schema';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { NoticeQuery } from '../../shared/contract/routes/notices.ts';
import { PostingRequest } from '../../shared/contract/routes/posting.ts';
import { PolicyQuery, SimulateRequest } from '../../shared/contract/routes/steward.ts';
import { PreviewRequest, PublishRequest, VersionName } from '../../shared/contract/routes/versions.ts';
import { wordsIn } from '../../shared/contract/words/load.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { getAgency } from '../../shared/identity/agencies/agencies.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { Language } from '../../shared/languages.ts';
import type { ActName } from '../../shared/policy/acts/names.ts';
import { catalogueCsv, catalogueRows } from '../../shared/policy/present/catalogue.ts';
import { writtenSchema } from '../../shared/policy/present/schema.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { createApp } from '../http/app.ts';
import { check, readBody, readQuery } from '../http/body.ts';
import { accepts } from '../http/headers.ts';
import { openBudget } from '../http/open-budget.ts';
import { openApi } from '../http/openapi.ts';
import { tagged } from '../http/tagged.ts';
import { authenticate, callerOf } from '../session/authenticate.ts';
import { currentPack, pack as shipped } from '../session/policy.ts';
import type { SessionVariables } from '../session/session.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { mountAgencies } from './agencies/routes.ts';
import type { BaseDeps, StewardDeps } from './deps.ts';
import { directory } from './directory.ts';
import { examplesFor } from './docs/examples.ts';
import { mountDocs } from './docs/routes.ts';
import { tokenExample, tokenRequest } from './docs/token-example.ts';
import { catalogueFor, collectionSchema } from './policy/catalogue.ts';
import { listNotices, readNotice } from './policy/notices.ts';
import { checkPosting } from './policy/posting.ts';
import { simulate } from './policy/simulate.ts';
import {
  diffVersions,
  listVersions,
  packNamed,
  previewPack,
  publish,
  waitingPublication,
} from './policy/versions.ts';
import { policyView } from './policy/view.ts';
import { readiness } from './ready.ts';
import { whoami } from './whoami.ts';

const CSV = 'text/csv; charset=utf-8';

/** The OpenAPI document in a language, with the actions that the shipped policy requires. */
export async function describeRoutes(server: string, language: Language = 'en') {
  const words = await wordsIn(language);
  const actions = (act: ActName) => [...new Set(shipped.acts.get(act)?.who.flatMap((way) => way.actions))];
  const written = writtenSchema(shipped) as JsonSchema;
  const token = tokenExample(shipped, server);
  const examples = { ...examplesFor(shipped), 'POST /oauth/token': token.form };
  const samples = { 'POST /oauth/token': tokenRequest(token) };
  return openApi(ALL_ROUTES, { server, version: '1', words, actions, written, examples, samples });
}

/** Shows callers their rights and limits, and anyone the API; stewards change agencies and the policy. */
export function stewardApp(base: BaseDeps) {
  const deps: StewardDeps = { ...base, log: logWriter(base, 'steward') };
  const { env, now, tables } = deps;
  const app = createApp<SessionVariables>(deps.env.publicUrl);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  const checkReadiness = readiness(deps);

  app.get('/v1/whoami', authenticate(deps, 'self.read'), async (c) =>
    c.json(await whoami(deps, c.get('session'))),
  );
  app.get('/v1/catalogue', authenticate(deps, 'policy.read'), async (c) =>
    c.json(catalogueFor(await currentPack(deps), c.get('session').caller, now())),
  );
  app.get('/v1/catalogue/export', authenticate(deps, 'policy.read'), async (c) => {
    const pack = await currentPack(deps);
    const { collection, version, hash } = pack;
    if (accepts(c, 'text/csv')) return c.body(catalogueCsv(pack), 200, { 'content-type': CSV });
    return c.json({ collection, policy: { version, hash }, fields: catalogueRows(pack) });
  });
  app.get('/v1/schema/:collection', authenticate(deps, 'policy.read'), async (c) => {
    const pack = await currentPack(deps);
    if (c.req.param('collection') !== pack.collection) throw new Problem('NOT_FOUND');
    return c.json(collectionSchema(pack), 200, { 'content-type': 'application/schema+json' });
  });
  app.get('/v1/policy', authenticate(deps, 'policy.read'), tagged, async (c) => {
    const { version, hash } = readQuery(c, PolicyQuery);
    const name = hash ?? version;
    return c.json(policyView(await (name === undefined ? currentPack(deps) : packNamed(deps, name))));
  });
  app.get('/v1/notices', openBudget(now), async (c) => c.json(listNotices(await currentPack(deps))));
  app.get('/v1/notices/:hash', openBudget(now), async (c) => {
    const { lang } = readQuery(c, NoticeQuery);
    return c.json(readNotice(await currentPack(deps), c.req.param('hash'), lang));
  });
  app.get('/v1/directory', authenticate(deps, 'policy.read'), tagged, async (c) =>
    c.json(await directory(deps)),
  );
  app.post('/v1/posting-checks', authenticate(deps, 'posting.check'), async (c) => {
    const list = await readBody(c, PostingRequest);
    return c.json(checkPosting(await currentPack(deps), list));
  });
  app.post('/v1/policy/simulate', authenticate(deps, 'policy.simulate'), async (c) => {
    const request = await readBody(c, SimulateRequest);
    const find = async (clientId: ClientId): Promise<Caller | null> => {
      const agency = await getAgency(tables.agencies, clientId, now());
      return agency && callerOf(await currentPack(deps), agency);
    };
    const pack = await currentPack(deps);
    return c.json(await simulate(pack, request, c.get('session').caller, find, now()));
  });

  app.get('/v1/policy/versions', authenticate(deps, 'policy.read'), async (c) =>
    c.json({
      versions: await listVersions(deps),
      ...defined({ waiting: await waitingPublication(deps, c.get('session')) }),
    }),
  );
  app.get('/v1/policy/versions/:a/diff/:b', authenticate(deps, 'policy.read'), async (c) => {
    const [a, b] = [c.req.param('a'), c.req.param('b')].map((name) => check(VersionName, name));
    return c.json(await diffVersions(deps, a as string, b as string));
  });
  app.post('/v1/policy/versions', authenticate(deps, 'policy.publish'), async (c) => {
    const answer = await publish(deps, c.get('session'), await readBody(c, PublishRequest));
    return c.json(answer, 'state' in answer ? 202 : 200);
  });
  app.post(
    '/v1/policy/versions/preview',
    authenticate(deps, 'policy.publish', { readsOnly: true }),
    async (c) => c.json(await previewPack(deps, (await readBody(c, PreviewRequest)).pack)),
  );
  mountAgencies(app, deps);

  mountDocs(app, {
    base: env.publicUrl,
    now,
    describe: (language) => describeRoutes(env.publicUrl, language),
  });
  app.get('/healthz', openBudget(now), (c) => c.json({ status: 'ok' }));
  app.get('/readyz', openBudget(now), async (c) => {
    await checkReadiness();
    return c.json({ status: 'ready' });
  });
  return app;
}
