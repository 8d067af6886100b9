import type { Answer } from './api.ts';
import type { NoticeView } from './routes/notices.ts';
import type { Shape } from './shape.ts';

export type NoticeName = Shape<typeof NoticeView>;

export type NoticeList = Answer<'GET /v1/notices'>;

export type Notice = Answer<'GET /v1/notices/:hash'>;
