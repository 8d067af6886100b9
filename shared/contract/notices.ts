import type { Text } from '../language.ts';
import type { Labelled } from './common.ts';

export interface NoticeName extends Labelled {
  purpose: string;
  /** SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of the texts. A consent names it. */
  hash: string;
}

export interface NoticeList {
  notices: NoticeName[];
  /** How a notice can reach a person: the kinds of its proof. */
  deliveries: ({ kind: string } & Labelled)[];
}

export interface Notice extends NoticeName {
  /** In each language, or in the one that was asked for. */
  texts: Text;
}
