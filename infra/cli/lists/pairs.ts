import { UsageError } from '../terminal/failures.ts';

/**
 * For an option `name=value` that may be repeated.
 * @param fault said of another text, which may be a person's and is not repeated
 */
export const pairOr =
  (fault: string) =>
  (text: string, before: [string, string][] = []): [string, string][] => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(fault);
    return [...before, [text.slice(0, at), text.slice(at + 1)]];
  };
