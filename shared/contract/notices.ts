import type { Answer } from './api.ts';

export type NoticeList = Answer<'GET /v1/notices'>;

export type Notice = Answer<'GET /v1/notices/:hash'>;
