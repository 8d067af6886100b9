import type { Text } from '../language.ts';
import type { Labelled } from './common.ts';
import type { NoticeView } from './routes/notices.ts';
import type { Shape } from './shape.ts';

export type NoticeName = Shape<typeof NoticeView>;

export interface NoticeList {
  notices: NoticeName[];
  /** How a notice can reach a person: the kinds of its proof. */
  deliveries: ({ kind: string } & Labelled)[];
}

export interface Notice extends NoticeName {
  /** In each language, or in the one that was asked for. */
  texts: Text;
}
