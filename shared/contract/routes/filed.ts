import * as v from 'valibot';
import { upTo } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Of maintenance, which reads what was filed and is open during a restore. */
export const filedRoutes = routes('audit', 'maintenance', {
  compareFiled: route('GET /v1/log/filed', 'log.read', {
    query: strictObject({ ids: upTo(100) }),
    response: v.object({ lost: v.array(v.string()) }),
  }),
});
