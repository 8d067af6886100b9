/**
 * The client in a real browser: token, DPoP, release, sealed answer and receipt, against the local gateway. The page
 * lies on the gateway's own origin, as a console behind the same proxy would; other origins get no CORS headers.
 */
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { connect as Connect } from '../../shared/client/connect.ts';
import { CHROMIUM } from '../support/browser.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

const PAGE =
  '<!doctype html><script type="module">import { connect } from "/client.js"; globalThis.connect = connect;</script>';

describe.skipIf(CHROMIUM === null)('the client in Chromium (skipped if it is not installed)', () => {
  let gateway: TestGateway;
  let browser: Browser;
  let client: string;
  const number = freshNumber();

  beforeAll(async () => {
    gateway = await testGateway();
    await gateway.put('mps-county', {
      match: { id_number: number },
      fields: {
        name: '测试',
        id_number: number,
        birth_date: BORN,
        division_code: '990001001001',
      },
    });
    const { outputFiles } = await build({
      ...{ entryPoints: ['shared/client/connect.ts'], bundle: true, write: false },
      ...{ format: 'esm', platform: 'browser', target: 'chrome120', logLevel: 'silent' },
    });
    client = outputFiles[0]?.text ?? '';
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  /** A page of this origin with the client at `/client.js`. */
  async function pageOn(origin: string) {
    const page = await browser.newPage();
    await page.route(`${origin}/page`, (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    await page.route(`${origin}/client.js`, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: client }),
    );
    await page.goto(`${origin}/page`);
    return page;
  }

  const ask = ({ issuer, agency, number: id, actorToken }: Asked) => {
    const run = async () => {
      const { connect } = globalThis as unknown as { connect: typeof Connect };
      const { sig: key, enc, clientId } = agency;
      const gate = await connect({ issuer, clientId, key, enc, officer: 'zhang.wei', actorToken });
      const answer = await gate.release({
        ...{ purpose: 'S1', reason: 'winter subsidy', sealed: true, fields: ['name', 'birth_date'] },
        subjects: [{ match: { id_number: id } }],
      });
      const [result] = answer.results;
      const whoami = await gate.whoami();
      return {
        fields: result && 'fields' in result ? result.fields : null,
        receipts: answer.receipts,
        clientId: whoami.clientId,
      };
    };
    return run().catch((error: { code?: string; message: string }) => ({
      error: error.code ?? error.message,
    }));
  };
  interface Asked {
    issuer: string;
    agency: ReturnType<TestGateway['agency']>;
    number: string;
    actorToken: string;
  }

  const loggedIn = async () =>
    (await gateway.signIn?.({ id: 'zhang.wei', roles: ['casework', 'release'], office: 'edu-county' })) ?? '';

  it('releases, opens a sealed answer and checks its receipt', async () => {
    const page = await pageOn(gateway.url);
    const agency = gateway.agency('edu-county');
    const actorToken = await loggedIn();
    // Once the log's tree holds the writer's certificate, receipts can be checked.
    await page.evaluate(ask, { issuer: gateway.url, agency, number, actorToken });
    await gateway.sequencer.step();
    expect(await page.evaluate(ask, { issuer: gateway.url, agency, number, actorToken })).toMatchObject({
      fields: { name: { form: 'plain', value: '测试' }, birth_date: { form: 'generalised' } },
      receipts: 'signed',
      clientId: 'edu-county',
    });
  }, 60_000);

  it('gets nothing from a page of another origin', async () => {
    const page = await pageOn('http://elsewhere.localhost:1');
    const agency = gateway.agency('edu-county');
    const actorToken = await loggedIn();
    expect(await page.evaluate(ask, { issuer: gateway.url, agency, number, actorToken })).toEqual({
      error: 'UNREACHABLE',
    });
  }, 60_000);
});
