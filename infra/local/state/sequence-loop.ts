/** What the loop needs of the sequencer. */
interface Stepper {
  step(): Promise<{ sequenced: number }>;
}

/** With so many entries in one step there are more. */
const BACKLOG = 1000;

/**
 * Steps the tree of the log now and then, in this process. A step that fails is tried again: the next one
 * goes on from what is stored, and nothing that was acknowledged waits for it.
 * @returns a function that ends the loop after the step that runs.
 */
export function stepNowAndThen(sequencer: Stepper, every: number): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const next = (pause: number) => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = sequencer.step().then(
        ({ sequenced }) => next(sequenced > BACKLOG ? 0 : every),
        () => next(every),
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

/** As often as in the stack, whose runs begin each minute. */
const CHECK_EVERY = 60_000;

/** Compares the index of the log with the tree, bundle by bundle, in this process. */
export function checkNowAndThen(sequencer: { check(turn: number): Promise<number> }): () => Promise<void> {
  let turn = 0;
  const step = async () => {
    await sequencer.check(turn++);
    return { sequenced: 0 };
  };
  return stepNowAndThen({ step }, CHECK_EVERY);
}

/** Milliseconds between comparisons of KMS's record with the log. */
const RECONCILE_EVERY = 30_000;

/**
 * Looks through the log as it grows, and compares KMS's record with it, in this process; what fails is tried
 * again.
 */
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
