import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Limits, openLanes, type Place } from '../../../infra/local/admission/lanes.ts';

const LIMITS: Limits = {
  running: 4,
  share: 2,
  waiting: { each: 3, all: 5 },
  inside: 20,
  patience: 60_000,
};

/** What a request was told: its place, `null`, or nothing so far. */
interface Asked {
  told?: Place | null;
}

async function ask(lanes: ReturnType<typeof openLanes>, name: string): Promise<Asked> {
  const asked: Asked = {};
  void lanes.enter(name).then((place) => {
    asked.told = place;
  });
  await settled();
  return asked;
}

const settled = () => new Promise((done) => setImmediate(done));

it('one caller gets its share of the places, and its further requests wait', async () => {
  const lanes = openLanes(LIMITS);
  const noisy = [await ask(lanes, 'noisy'), await ask(lanes, 'noisy'), await ask(lanes, 'noisy')];
  expect(noisy.map(({ told }) => told !== undefined)).toEqual([true, true, false]);
  expect((await ask(lanes, 'quiet')).told).toBeTruthy();
});

it('a caller with too many waiting requests is told so at once', async () => {
  const lanes = openLanes(LIMITS);
  for (let n = 0; n < 5; n++) await ask(lanes, 'noisy');
  expect((await ask(lanes, 'noisy')).told).toBe(null);
});

it('a free place goes to the caller with the fewest requests at work', async () => {
  const lanes = openLanes({ ...LIMITS, running: 3 });
  const noisy = [await ask(lanes, 'noisy'), await ask(lanes, 'noisy')];
  await ask(lanes, 'other');
  const later = await ask(lanes, 'noisy');
  const quiet = await ask(lanes, 'quiet');
  noisy[0]?.told?.leave();
  await settled();
  expect([later.told, quiet.told].map(Boolean)).toEqual([false, true]);
});

it('if too many wait together, the longest lane loses its newest request', async () => {
  const lanes = openLanes(LIMITS);
  for (const name of ['a', 'a', 'b', 'b']) await ask(lanes, name);
  const long = [await ask(lanes, 'a'), await ask(lanes, 'a'), await ask(lanes, 'a')];
  await ask(lanes, 'b');
  await ask(lanes, 'b');
  const quiet = await ask(lanes, 'quiet');
  expect(long.map(({ told }) => told)).toEqual([undefined, undefined, null]);
  expect(quiet.told).toBe(undefined);
});

it('a request that waited too long is refused, and takes no place later', async () => {
  const lanes = openLanes({ ...LIMITS, patience: 1 });
  const running = [await ask(lanes, 'a'), await ask(lanes, 'a')];
  expect(await lanes.enter('a')).toBe(null);
  running[0]?.told?.leave();
  expect((await ask(lanes, 'a')).told).toBeTruthy();
});

it('an answer that is only held leaves its place to another request', async () => {
  const lanes = openLanes(LIMITS);
  const first = await ask(lanes, 'a');
  await ask(lanes, 'a');
  const third = await ask(lanes, 'a');
  first.told?.rest();
  await settled();
  expect(third.told).toBeTruthy();
  first.told?.leave();
  first.told?.leave();
  expect((await ask(lanes, 'a')).told).toBe(undefined);
});

it('never lets more work than it may, and answers every request, in any order of events', async () => {
  const events = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(3)), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const lanes = openLanes(LIMITS);
      const all: { name: string; asked: Asked; over: boolean }[] = [];
      for (const [name, kind] of list) {
        if (kind > 0) all.push({ name, asked: await ask(lanes, name), over: false });
        else leaveOne(all);
        await settled();
        const working = all.filter(({ asked, over }) => asked.told && !over);
        expect(working.length).toBeLessThanOrEqual(LIMITS.running);
        for (const one of ['a', 'b', 'c'])
          expect(working.filter((work) => work.name === one).length).toBeLessThanOrEqual(LIMITS.share);
      }
      while (all.some(({ asked, over }) => asked.told && !over)) {
        leaveOne(all);
        await settled();
      }
      expect(all.every(({ asked }) => asked.told !== undefined)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

function leaveOne(all: { asked: Asked; over: boolean }[]): void {
  const one = all.find(({ asked, over }) => asked.told && !over);
  if (!one) return;
  one.over = true;
  one.asked.told?.leave();
}
