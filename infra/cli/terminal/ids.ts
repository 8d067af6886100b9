import type { Command } from 'commander';

/**
 * An id of the gateway is 22 characters of base64url. One in 64 begins with a dash, which commander would
 * read as an option. Such an operand is marked before commander reads it, and the mark is removed before the
 * command runs.
 */
const MARK = '\0';
const ID = /^-(?!-[a-z][a-z-]*$)[\w-]{21}$/;

/** @param args as typed. An argument after an option may be its value, which commander takes unchanged. */
export function markIds(args: readonly string[]): string[] {
  return args.map((arg, at) => {
    const value = at > 0 && args[at - 1]?.startsWith('--');
    return !value && ID.test(arg) ? MARK + arg : arg;
  });
}

/** For the hook before an action. */
export function unmarkIds(_: Command, command: Command): void {
  const plain = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(plain);
    return typeof one === 'string' && one.startsWith(MARK) ? one.slice(MARK.length) : one;
  };
  command.processedArgs = command.processedArgs.map(plain);
}
