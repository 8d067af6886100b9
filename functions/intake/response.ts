import { Problem } from '../../shared/errors.ts';
import { problemDetails } from '../http/problem.ts';
import type { Written } from './intake-records.ts';

/**
 * The answer's JSON.
 * @throws the common Problem when every record met the same failure of a service, so that the caller may
 * repeat the request as a whole
 */
export function toResponse(results: readonly (Written | Problem)[], requestId: string): string {
  const [first] = results;
  if (first instanceof Problem && first.status === 503) {
    const alike = results.every((one) => one instanceof Problem && one.code === first.code);
    if (alike) throw first;
  }
  return JSON.stringify({
    results: results.map((one) =>
      one instanceof Problem ? { problem: problemDetails(one, requestId) } : one,
    ),
  });
}
