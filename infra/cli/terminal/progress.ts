/** Progress of long work on standard error: a bar on a terminal, otherwise an occasional line. */
import cliProgress from 'cli-progress';
import { texts } from '../messages/language.ts';

const { progress: t } = await texts('terminal');

export interface Progress {
  /** @param done the part of the total that is done */
  update(done: number): void;
  stop(): void;
}

/**
 * @param what the unit, such as `records`
 * @param total `null` if unknown; then only a count is shown
 */
export function startProgress(what: string, total: number | null): Progress {
  return process.stderr.isTTY && total !== null ? bar(what, total) : plainLines(what, total);
}

function bar(what: string, total: number): Progress {
  const made = new cliProgress.SingleBar(
    {
      format: t.bar(what),
      stream: process.stderr,
      hideCursor: true,
      barsize: 30,
      etaBuffer: 20,
      // Before the first answer nothing is known of the time that is left.
      formatTime: (seconds, ...rest) =>
        Number.isFinite(seconds) ? cliProgress.Format.TimeFormat(seconds, ...rest) : '–',
    },
    cliProgress.Presets.shades_classic,
  );
  made.start(total, 0);
  return { update: (done) => made.update(done), stop: () => made.stop() };
}

const QUIET_MS = 2000;

function plainLines(what: string, total: number | null): Progress {
  let last = Date.now();
  return {
    update(done) {
      if (Date.now() - last < QUIET_MS && done !== total) return;
      last = Date.now();
      process.stderr.write(t.line(done, total, what));
    },
    stop() {},
  };
}
