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

/** As often as in the stack, whose runs start each minute. */
const CHECK_EVERY = 60_000;

/** Compares the index of the log with the tree, one bundle after the other, in this process. */
export function checkNowAndThen(sequencer: { check(turn: number): Promise<number> }): () => Promise<void> {
  let turn = 0;
  const step = async () => {
    await sequencer.check(turn++);
    return { sequenced: 0 };
  };
  return stepNowAndThen({ step }, CHECK_EVERY);
}

/** Milliseconds between comparisons of KMS's trail with the log. */
const RECONCILE_EVERY = 30_000;

/** Reads the log as it grows and compares KMS's trail with it, in this process. Failures are retried. */
export function watchNowAndThen(
  watcher: { scan(): Promise<{ behind: number }>; reconcile(): Promise<{ behind: number }> },
  every: number,
): (() => Promise<void>)[] {
  const goOn = ({ behind }: { behind: number }) => ({ sequenced: behind > 0 ? Number.POSITIVE_INFINITY : 0 });
  return [
    stepNowAndThen({ step: async () => goOn(await watcher.scan()) }, every),
    stepNowAndThen({ step: async () => goOn(await watcher.reconcile()) }, RECONCILE_EVERY),
  ];
}

/** Milliseconds between sweeps of what is over. */
const SWEEP_EVERY = 60 * 60_000;

/** Deletes what is over in this process, every hour. */
export function sweepNowAndThen(sweep: () => Promise<number>): () => Promise<void> {
  const step = async () => {
    await sweep();
    return { sequenced: 0 };
  };
  return stepNowAndThen({ step }, SWEEP_EVERY);
}

/** Milliseconds between looks whether the passes of the day were started. */
const DAILY_EVERY = 10 * 60_000;

/** Starts the passes of the day in this process, once a day. */
export function dailyNowAndThen(maintenance: { daily(): Promise<boolean> }): () => Promise<void> {
  return stepNowAndThen(
    { step: async () => ({ sequenced: Number(await maintenance.daily()) }) },
    DAILY_EVERY,
  );
}

/** A code or a class, and no message: that may hold values. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'Error');
}

/** Makes the tree's table again if it was lost or set back, or `always`, and says so on the terminal. */
export async function remakeTree(
  sequencer: { remake(always?: boolean): Promise<{ size: number } | null> },
  folder: string,
  always?: boolean,
): Promise<void> {
  const remade = await sequencer.remake(always);
  if (remade) console.error(`fieldgate: ${t.remade(folder, remade.size)}`);
}

/** Says on the terminal that the log's tree no longer grows, and that it grows again. */
export const standsStill = (folder: string) => (reason: string | null) =>
  console.error(`fieldgate: ${reason === null ? t.growsAgain(folder) : t.standsStill(folder, reason)}`);
