/** The pack's own words for givers, relations and rights, which answers hold as codes. */
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Text } from '../../../shared/language.ts';
import type { GlobalOptions } from '../common.ts';
import { spoken } from '../messages/language.ts';
import { word } from './words.ts';

type Labelled = Readonly<Record<string, { label: Text }>>;
interface Named {
  givers?: Labelled;
  desk?: { relations?: Labelled; rights?: Labelled; faults?: Labelled };
}

export interface PackWords {
  giver(code: string): string;
  relation(code: string): string;
  right(code: string): string;
  fault(code: string): string;
}

/**
 * Asks the gateway once. JSON keeps the codes, so it asks nothing. An act is done before its words are asked for: if they do
 * not come, the codes are shown.
 */
export async function packWords(gate: Fieldgate, { json }: GlobalOptions): Promise<PackWords> {
  const known = json ? {} : await gate.policy().catch(() => ({}));
  const { givers = {}, desk = {} } = known as unknown as Named;
  const of = (labels: Labelled | undefined) => (code: string) =>
    labels && Object.hasOwn(labels, code) ? spoken((labels[code] as { label: Text }).label) : word(code);
  return {
    giver: of(givers),
    relation: of(desk.relations),
    right: of(desk.rights),
    fault: of(desk.faults),
  };
}
