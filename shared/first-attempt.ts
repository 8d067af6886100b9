/** Attempts of a call of AWS: the first one without what the SDK keeps for more of them. */

export type Handler = (args: unknown) => Promise<unknown>;
export type Context = Record<string, unknown>;
export type Middleware = (next: Handler, context: Context) => Handler;

/** The part of the SDK's middleware stack that is used, without the types of inputs. */
export interface Stack {
  add(middleware: Middleware, options: object): void;
  addRelativeTo(middleware: Middleware, options: object): void;
  remove(name: string): boolean;
  clone(): Stack;
  concat(other: Stack): Stack;
  identify(): string[];
  resolve(handler: Handler, context: Record<string, unknown>): Handler;
}

/** The middleware that attempts a call again. */
export const RETRY = 'retryMiddleware';

/** Calls that succeed after a repeated attempt and that the SDK counts, so that its budget for attempts fills again. */
const COUNTED = 500;

/** @returns a stack with one middleware of this one, which was not replaced so far */
export function alone(stack: Stack, name: string): Stack {
  const one = stack.clone();
  for (const line of stack.identify()) {
    const [other = ''] = line.split(' ');
    if (other !== name) one.remove(other);
  }
  return one;
}

/**
 * The SDK's middleware makes an error with its stack, and more, before each call. This one leaves the first attempt alone. If
 * it fails, the SDK's own hears of it as its own first attempt, and decides what follows.
 * @param stack of a client, with the SDK's middleware
 */
export function attemptedOnce(stack: Stack): Middleware {
  const retrying = alone(stack, RETRY);
  let counted = 0;
  return (next, context) => async (args) => {
    let attempts = 0;
    const attempt: Handler = (request) => {
      if (++attempts > 1) counted = COUNTED;
      return next(request);
    };
    if (counted > 0) {
      const answer = await retrying.resolve(attempt, context)(args);
      counted--;
      return answer;
    }
    const first = attempt(args);
    try {
      return await first;
    } catch {
      let failed: typeof first | null = first;
      const after: Handler = (request) => {
        const result = failed ?? attempt(request);
        failed = null;
        return result;
      };
      return retrying.resolve(after, context)(args);
    }
  };
}
