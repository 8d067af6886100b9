/** Cases of the register, as their office, an approver of another line, or an auditor sees them. */

import type { Answer } from './api.ts';

export type RegisteredCase = Answer<'GET /v1/cases/:id'>;
