import type { JsonSchema } from '@valibot/to-json-schema';
import { etag } from 'hono/etag';
import type { ActName } from '../../shared/acts.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { noticeRoutes } from '../../shared/contract/routes/notices.ts';
import { postingRoutes } from '../../shared/contract/routes/posting.ts';
import { docsRoutes, stewardRoutes } from '../../shared/contract/routes/steward.ts';
import { VersionName, versionRoutes } from '../../shared/contract/routes/versions.ts';
import { wordsIn } from '../../shared/contract/words/load.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { getAgency, listAgencies } from '../../shared/identity/agencies/agencies.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { Language } from '../../shared/languages.ts';
import { catalogueCsv, catalogueRows, directoriesOf } from '../../shared/policy/present/catalogue.ts';
import { writtenSchema } from '../../shared/policy/present/schema.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { check } from '../http/body.ts';
import { accepts } from '../http/headers.ts';
import { openApi } from '../http/openapi.ts';
import { contractApp, serveOpen } from '../http/serve.ts';
import { callerOf } from '../session/authenticate.ts';
import { currentPack, pack as shipped } from '../session/policy.ts';
import { serveCalls } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { mountAgencies } from './agencies/routes.ts';
import type { BaseDeps, StewardDeps } from './deps.ts';
import { examplesFor } from './docs/examples.ts';
import { docsPages } from './docs/routes.ts';
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
  sentencesOf,
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
  const app = contractApp<SessionVariables>('steward', deps);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  const checkReadiness = readiness(deps);

  serveCalls(
    app,
    deps,
    stewardRoutes,
    {
      readSelf: (session) => whoami(deps, session),
      readDirectory: () => directory(deps),
      readCatalogue: async ({ caller }) => catalogueFor(await currentPack(deps), caller, now()),
      async exportCatalogue(_session, { c }) {
        const pack = await currentPack(deps);
        const { collection, version, hash } = pack;
        if (accepts(c, 'text/csv')) return c.body(catalogueCsv(pack), 200, { 'content-type': CSV });
        return { collection, policy: { version, hash }, ...directoriesOf(pack), fields: catalogueRows(pack) };
      },
      async readCollectionSchema(_session, { collection, c }) {
        const pack = await currentPack(deps);
        if (collection !== pack.collection) throw new Problem('NOT_FOUND');
        return c.json(collectionSchema(pack), 200, { 'content-type': 'application/schema+json' });
      },
      async readPolicy(_session, { query: { version, hash } }) {
        const name = hash ?? version;
        return policyView(await (name === undefined ? currentPack(deps) : packNamed(deps, name)));
      },
      async simulatePolicy({ caller }, { body }) {
        const pack = await currentPack(deps);
        const find = async (clientId: ClientId): Promise<Caller | null> => {
          const agency = await getAgency(tables.agencies, clientId, now());
          return agency && callerOf(pack, agency);
        };
        return simulate(pack, body, caller, find, now());
      },
    },
    (name) => ('tagged' in stewardRoutes[name] ? { after: [tagged] } : {}),
  );
  serveOpen(app, now, noticeRoutes, {
    listNotices: async () => listNotices(await currentPack(deps)),
    readNotice: async ({ hash, query }) => readNotice(await currentPack(deps), hash, query.lang),
  });
  serveCalls(app, deps, postingRoutes, {
    checkPosting: async (_session, { body }) => checkPosting(await currentPack(deps), body),
  });
  serveCalls(app, deps, versionRoutes, {
    listVersions: async (session) => ({
      versions: await listVersions(deps),
      ...defined({ waiting: await waitingPublication(deps, session) }),
    }),
    publishPolicy: (session, { body }) => publish(deps, session, body),
    previewPolicy: (_session, { body }) => previewPack(deps, body.pack),
    async readSentences(_session, { query: { version, hash } }) {
      const pack = await packNamed(deps, hash ?? version ?? (await currentPack(deps)).hash);
      return { version: pack.version, hash: pack.hash, sentences: sentencesOf(pack) };
    },
    diffVersions: (_session, { a, b }) => diffVersions(deps, check(VersionName, a), check(VersionName, b)),
  });
  mountAgencies(app, deps);

  serveOpen(app, now, docsRoutes, {
    ...docsPages(env.publicUrl, (language) => describeRoutes(env.publicUrl, language)),
    readHealth: () => ({ status: 'ok' as const }),
    async readReadiness() {
      await checkReadiness();
      return { status: 'ready' as const };
    },
  });
  return app;
}

/** Names of all offices, to show them instead of client ids. Contains no keys and no rights. */
async function directory({ tables }: StewardDeps) {
  const found: Awaited<ReturnType<typeof listAgencies>>['agencies'][number][] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listAgencies>> = await listAgencies(tables.agencies, after);
    found.push(...page.agencies);
    after = page.next;
  } while (after !== null);
  const agencies = found.map(({ clientId, name, departments, roles, suspended }) => ({
    ...{ clientId, name, departments, roles, suspended },
  }));
  return { agencies };
}

/** Gives an answer the SHA-256 of its body as `ETag`, and 304 in its place if `If-None-Match` names it. */
const tagged = etag({ generateDigest: (body) => crypto.subtle.digest('SHA-256', body) });
