/** What a command needs to know of a schema of the contract: its members, and whether one is required, a list, a code. */
import { MAPS } from '../../../shared/contract/routes/common.ts';

/** The part of a schema that is read here. */
export interface Schema {
  type: string;
  wrapped?: Schema;
  item?: Schema;
  value?: Schema;
  options?: readonly (Schema | string)[];
  entries?: Readonly<Record<string, Schema>>;
  pipe?: readonly Schema[];
}

/** Without `optional`, `nullable` and the like. */
export const bare = (schema: Schema | undefined): Schema | undefined =>
  schema?.wrapped ? bare(schema.wrapped) : schema;

/** The members of an object; of alternatives, those that any of them has. */
export function membersOf(schema: unknown): [string, Schema][] {
  const one = bare(schema as Schema | undefined);
  const parts =
    one?.options?.flatMap((option) => (typeof option === 'string' ? [] : membersOf(option))) ?? [];
  return [...new Map([...Object.entries(one?.entries ?? {}), ...parts])];
}

/** The schema of each item of a list, or of each member of an object whose names are data. */
export function itemOf(schema: Schema | undefined): Schema | undefined {
  const one = bare(schema);
  const map = one && (MAPS.get(one) ?? one.pipe?.map((part) => MAPS.get(part)).find(Boolean));
  return one?.item ?? (map?.member as Schema | undefined) ?? (one?.type === 'record' ? one.value : undefined);
}

export const isRequired = ({ type }: Schema) => type !== 'optional' && type !== 'exact_optional';

/** The words of a closed list. */
export function choicesOf(schema: Schema | undefined): readonly string[] | undefined {
  const one = bare(schema);
  return one?.type === 'picklist' ? (one.options as readonly string[]) : undefined;
}
