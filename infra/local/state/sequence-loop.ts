import { texts } from '../../cli/messages/language.ts';

const { start: t } = await texts('local');

/** The part of the sequencer that the loop uses. */
interface Stepper {
  step(): Promise<{ sequenced: number; caughtUp?: number }>;
}

/** A step with this many entries was not the last one. */
const BACKLOG = 1000;
/** Steps that fail in a row before it is told. One alone may meet a store that is busy. */
const TOLD_AFTER = 5;

/**
 * Runs steps of the log's tree periodically in this process. A failed step is repeated: the next one
 * continues from the stored state, and no acknowledged entry waits for it.
 * @param tell gets the reason once steps keep failing, and `null` once one succeeds again
 * @returns a function that ends the loop after the current step.
 */
export function stepNowAndThen(
  sequencer: Stepper,
  every: number,
  tell: (reason: string | null) => void = () => {},
): () => Promise<void> {
  let failures = 0;
  const note = (error: unknown) => {
    if (error === null && failures >= TOLD_AFTER) tell(null);
    failures = error === null ? 0 : failures + 1;
    if (failures === TOLD_AFTER) tell(reasonOf(error));
  };
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const next = (pause: number) => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = sequencer.step().then(
        ({ sequenced, caughtUp = 0 }) => {
          note(null);
          next(sequenced + caughtUp > BACKLOG ? 0 : every);
        },
        (error) => {
          note(error);
          next(every);
        },
      );
    }, pause);
    timer.unref();
  };
  next(every);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}

/** The same for work that says how much it found. */
export const workNowAndThen = (work: () => Promise<number>, every: number) =>
  stepNowAndThen({ step: async () => ({ sequenced: await work() }) }, every);

interface Besides {
  sequencer: { check(turn: number): Promise<number> };
  watcher: { scan(): Promise<{ behind: number }>; reconcile(): Promise<{ behind: number }> };
  maintenance: { daily(): Promise<boolean> };
  soon(): Promise<number>;
  sweeps: readonly (() => Promise<number>)[];
}

/** What the stack's schedules start. A failure is tried again the next time. @param every milliseconds, as the tree grows */
export function besidesNowAndThen({ sequencer, watcher, maintenance, soon, sweeps }: Besides, every: number) {
  let turn = 0;
  const done = (work: () => Promise<unknown>) => async () => work().then(() => 0);
  const goOn = ({ behind }: { behind: number }) => (behind > 0 ? Number.POSITIVE_INFINITY : 0);
  return [
    // The index of the log against the tree, one bundle after the other, as often as in the stack.
    workNowAndThen(
      done(() => sequencer.check(turn++)),
      60_000,
    ),
    workNowAndThen(async () => goOn(await watcher.scan()), every),
    workNowAndThen(async () => goOn(await watcher.reconcile()), 30_000),
    // Looks whether the passes of the day were started.
    workNowAndThen(async () => Number(await maintenance.daily()), 10 * 60_000),
    workNowAndThen(done(soon), 15_000),
    ...sweeps.map((sweep) => workNowAndThen(done(sweep), 60 * 60_000)),
  ];
}

/** A code or a class, and no message: that may hold values. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'Error');
}

/** Makes the tree's table again if it was lost or set back, or `always`, and says so. A tree that is damaged stops no request. */
export async function remakeTree(
  sequencer: { remake(always?: boolean): Promise<{ size: number } | null> },
  folder: string,
  always?: boolean,
): Promise<void> {
  const remade = await sequencer.remake(always).catch((error: unknown) => {
    standsStill(folder)(reasonOf(error));
    return null;
  });
  if (remade) console.error(`fieldgate: ${t.remade(folder, remade.size)}`);
}

/** Says on the terminal that the log's tree no longer grows, and that it grows again. */
export const standsStill = (folder: string) => (reason: string | null) =>
  console.error(`fieldgate: ${reason === null ? t.growsAgain(folder) : t.standsStill(folder, reason)}`);
