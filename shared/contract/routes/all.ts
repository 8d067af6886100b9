/** Every route of the gateway. */

import { actDef } from '../../acts.ts';
import { agencyRoutes } from './agencies.ts';
import { auditRoutes } from './audit.ts';
import { cardRoutes, textRoutes } from './cards.ts';
import { caseRoutes } from './cases.ts';
import { taskRoutes } from './casework.ts';
import { consentRoutes } from './consents.ts';
import { consoleRoutes } from './console.ts';
import { filedRoutes } from './filed.ts';
import { fileRoutes } from './files.ts';
import { freezeRoutes, recusalRoutes } from './freezes.ts';
import { harmRoutes, openHarmRoutes } from './harm-reports.ts';
import { holdRoutes } from './holds.ts';
import { incidentRoutes } from './incidents.ts';
import { inquiryRoutes } from './inquiries.ts';
import { insightRoutes } from './insight.ts';
import { intakeRoutes } from './intake.ts';
import { logRoutes, treeRoutes, usageRoutes } from './log.ts';
import { keyRoutes, maintenanceRoutes } from './maintenance.ts';
import { noticeRoutes } from './notices.ts';
import { objectionRoutes } from './objections.ts';
import { postingRoutes } from './posting.ts';
import { releaseRoutes } from './release.ts';
import { requestRoutes } from './requests.ts';
import { reviewRoutes } from './reviews.ts';
import type { RouteContract } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { sourceRoutes } from './sources.ts';
import { docsRoutes, stewardRoutes } from './steward.ts';
import { subjectRoutes } from './subjects.ts';
import { tokenRoutes } from './token.ts';
import { proofRoutes, verifyRoutes } from './verify.ts';
import { verifyListRoutes } from './verify-lists.ts';
import { versionRoutes } from './versions.ts';

/** By the names of their operations. */
export const ROUTES = {
  ...{ ...tokenRoutes, ...sessionRoutes, ...intakeRoutes, ...fileRoutes, ...releaseRoutes, ...inquiryRoutes },
  ...{ ...verifyRoutes, ...proofRoutes, ...verifyListRoutes, ...insightRoutes, ...textRoutes, ...cardRoutes },
  ...{ ...taskRoutes, ...consentRoutes, ...requestRoutes, ...caseRoutes, ...freezeRoutes, ...holdRoutes },
  ...{
    ...recusalRoutes,
    ...harmRoutes,
    ...openHarmRoutes,
    ...objectionRoutes,
    ...incidentRoutes,
    ...subjectRoutes,
  },
  ...{
    ...logRoutes,
    ...treeRoutes,
    ...auditRoutes,
    ...reviewRoutes,
    ...usageRoutes,
    ...sourceRoutes,
    ...filedRoutes,
  },
  ...{
    ...stewardRoutes,
    ...docsRoutes,
    ...noticeRoutes,
    ...postingRoutes,
    ...versionRoutes,
    ...agencyRoutes,
  },
  ...{ ...maintenanceRoutes, ...keyRoutes, ...consoleRoutes },
};

export const ALL_ROUTES: readonly RouteContract[] = Object.values(ROUTES);

/** Whether strangers may call it. */
export const isOpen = ({ act }: Pick<RouteContract, 'act'>): boolean => actDef(act).open === true;
