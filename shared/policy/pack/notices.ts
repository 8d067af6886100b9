/** The parts of notices that a pack writes. */
import type { Text } from '../../language.ts';
import type { Labelled } from './parts.ts';

/** `{n}`, `{day}` and `{month}` stand for numbers. */
export interface NoticeFrame {
  title: string;
  headings: Readonly<
    Record<
      | ('who' | 'controller' | 'contact' | 'purpose' | 'fields')
      | ('retention' | 'necessity' | 'impact' | 'rights'),
      string
    >
  >;
  forms: Readonly<Record<'masked' | 'generalised' | 'predicate', string>>;
  colon: string;
  comma: string;
  stop: string;
  hours: string;
  days: string;
  workingDays: string;
  yearEnds: string;
}

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
