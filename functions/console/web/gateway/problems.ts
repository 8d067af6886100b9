/** Failures between the page and the gateway. */

import type { ProblemBody } from '../../../../shared/contract/common.ts';

/** A refusal or failure in the gateway's words; status 0 without an answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Partial<ProblemBody>;
  /** Seconds. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Partial<ProblemBody>, retryAfter: number | null = null) {
    super(problem.code ?? `status ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** A later attempt may succeed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

export async function problemOf(response: Response): Promise<ApiError> {
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const body = isJson ? await response.json().catch(() => ({})) : {};
  const after = Number(response.headers.get('retry-after'));
  return new ApiError(response.status, body as ProblemBody, after > 0 ? after : null);
}
