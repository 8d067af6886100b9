/** Answers that the gateway sends again only if they have changed. */
import { bodyOf, call, type Wire } from './wire/call.ts';
import type { Grant } from './wire/tokens.ts';

/** @returns a reader of one address, which keeps its last answer */
export function taggedOf<Result extends object>(
  wire: Wire,
  withAnyToken: <Value>(act: (grant: Grant) => Promise<Value>) => Promise<Value>,
  path: string,
): () => Promise<Result> {
  let known: { tag: string; text: string } | null = null;
  return () =>
    withAnyToken(async (grant) => {
      const before = known;
      const answer = await call(wire, {
        ...{ method: 'GET', path, grant, safety: 'repeatable' },
        ...(before && { headers: { 'if-none-match': before.tag } }),
      });
      // Parsed each time, so that no caller changes what the next one gets.
      if (answer.status === 304 && before) return JSON.parse(before.text) as Result;
      const tag = answer.headers.get('etag');
      known = tag === null ? null : { tag, text: answer.text };
      return bodyOf(answer) as Result;
    });
}
