/** Cases of the register, as their office, an approver of another line, or an auditor sees them. */

import type { CaseView } from './routes/cases.ts';
import type { Shape } from './shape.ts';

export type RegisteredCase = Shape<typeof CaseView>;
