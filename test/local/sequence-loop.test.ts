/** A tree that no longer grows is told once, and so is its end. */
import { expect, it } from 'vitest';
import { stepNowAndThen } from '../../infra/local/state/sequence-loop.ts';

const gone = () => Object.assign(new Error('of 990001'), { code: 'ENOENT' });

/** @returns what was told by steps that fail where `fails` says so */
async function toldBy(fails: readonly boolean[]): Promise<(string | null)[]> {
  const told: (string | null)[] = [];
  const left = [...fails];
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = stepNowAndThen(
    {
      async step() {
        const failed = left.shift();
        if (left.length === 0) resolve();
        if (failed) throw gone();
        return { sequenced: 0 };
      },
    },
    1,
    (reason) => told.push(reason),
  );
  await promise;
  await end();
  return told;
}

const failing = (times: number) => Array.from({ length: times }, () => true);

it('tells neither one failure nor four', async () => {
  expect(await toldBy([...failing(1), false, ...failing(4), false, false])).toEqual([]);
});

it('tells the code once, without the message, and then that steps succeed again', async () => {
  expect(await toldBy([...failing(9), false, false, ...failing(4), false])).toEqual(['ENOENT', null]);
});
