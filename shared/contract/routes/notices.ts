/** The texts of notices. They are public, so a giver can read at home what was read at the desk. */
import * as v from 'valibot';
import { Language, Text } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const NoticeQuery = strictObject({ lang: v.optional(Language) });

export const NoticeView = v.object({
  purpose: v.string(),
  label: Text,
  hash: v.string(),
});

export const noticeRoutes = routes('notices', 'steward', {
  listNotices: route('GET /v1/notices', 'public.read', {
    response: v.object({
      notices: v.array(NoticeView),
      deliveries: v.array(v.object({ kind: v.string(), label: Text })),
    }),
  }),
  readNotice: route('GET /v1/notices/:hash', 'public.read', {
    query: NoticeQuery,
    response: v.object({
      ...NoticeView.entries,
      texts: Text,
    }),
  }),
});
