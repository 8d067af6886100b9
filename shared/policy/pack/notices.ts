/** The parts of notices that a pack writes. */
import type { Text } from '../../language.ts';
import type { NoticeFrame } from '../schema/notice-schema.ts';
import type { Labelled } from './parts.ts';

/** The parts of notices that the purposes themselves do not say. */
export interface Notices {
  rule: string;
  controller: Text;
  contact: Text;
  rights: Text;
  /** The words around the parts, in languages that the engine does not have. */
  frame?: Readonly<Record<string, NoticeFrame>>;
  /** How a notice can reach a person. */
  deliveries: Readonly<Record<string, Labelled>>;
  purposes: Readonly<Record<string, { necessity: Text; impact: Text; retention?: Text }>>;
}
