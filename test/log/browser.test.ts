import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { CHROMIUM, openTab } from '../support/browser.ts';
import { testGateway } from '../support/gateway.ts';
import type { Shown } from './browser-page.ts';

/** The page's code as one script, with nothing of Node in it. */
async function bundle(): Promise<string> {
  const path = new URL('browser-page.ts', import.meta.url).pathname;
  const { outputFiles } = await build({
    ...{ entryPoints: [path], bundle: true, write: false, platform: 'browser', format: 'iife' },
    target: 'es2023',
  });
  return outputFiles[0]?.text ?? '';
}

test.skipIf(CHROMIUM === null)(
  'a browser checks inclusion and consistency of a live log (skipped without Chromium)',
  async () => {
    const gateway = await testGateway();
    try {
      const release = async () => {
        const details = {
          actions: ['release'],
          purpose: 'S1',
          case: 'K-1',
          officer: 'li.na',
          reason: 'winter subsidy',
        };
        const body = { collection: 'children', subjects: [{ match: { id_number: '99000120130506001X' } }] };
        const { json } = await gateway.call('edu-county', details, 'POST', '/v1/releases', body);
        return json.results[0].receipt as Shown['receipt'];
      };
      for (let n = 0; n < 5; n++) await release();
      await gateway.sequencer.step();
      const first = await (await fetch(`${gateway.url}/log/checkpoint`)).text();
      const receipt = await release();
      for (let n = 0; n < 8; n++) await release();
      await gateway.sequencer.step();
      const get = async (path: string) => await gateway.audit(path);
      const inclusion = await get(`/v1/log/proofs/inclusion?entry=${receipt.entry}`);
      const consistency = await get(`/v1/log/proofs/consistency?from=${first.split('\n')[1]}`);

      const { page } = await openTab();
      // A page whose policy lets it ask its own origin.
      await page.goto(`${gateway.url}/attestations/check`);
      await page.evaluate(await bundle());
      const check = (shown: Shown) =>
        page.evaluate(
          (given) => (globalThis as never as { checkShown(s: Shown): object }).checkShown(given),
          shown,
        );
      const shown: Shown = { receipt, inclusion, consistency, first };
      expect(await check(shown)).toEqual({
        ...{ signed: true, continues: true, fromTiles: true, continuesFromTiles: true, entry: true },
        ...{ otherLeaf: false, otherRoot: false, backwards: false },
      });
      // What does not hold is told in the browser as well.
      const moved = { ...inclusion, index: inclusion.index - 1 };
      expect(await check({ ...shown, inclusion: moved })).toMatchObject({ placed: false });
      const forged = first.replace(/^(.*\n)\d+/, '$199');
      expect(await check({ ...shown, first: forged })).toMatchObject({ earlier: false });
    } finally {
      await gateway.close();
    }
  },
  60_000,
);
