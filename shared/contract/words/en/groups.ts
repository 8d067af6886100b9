import { access } from './access.ts';
import { agencies } from './agencies.ts';
import { cases } from './cases.ts';
import { consents } from './consents.ts';
import { files } from './files.ts';
import { insight } from './insight.ts';
import { log } from './log.ts';
import { members } from './members.ts';
import { orders } from './orders.ts';
import { people } from './people.ts';
import { policy } from './policy.ts';
import { reports } from './reports.ts';
import { requests } from './requests.ts';
import { reviews } from './reviews.ts';
import { sources } from './sources.ts';
import { tasks } from './tasks.ts';
import { upkeep } from './upkeep.ts';
import { verify } from './verify.ts';

export const groups = {
  shared: { routes: {}, members },
  access,
  agencies,
  cases,
  consents,
  files,
  insight,
  log,
  orders,
  people,
  policy,
  reports,
  requests,
  reviews,
  sources,
  tasks,
  upkeep,
  verify,
};
