/** The acts of the contract, as the gateway's own document describes them, that the signed-in person may do. */
import { document } from '../../gateway/api.ts';
import { me } from '../../gateway/reference.ts';
import { may } from '../../gateway/session.ts';
import { type Place, placesOf, type Schema } from '../../ui/schema-form.ts';
import { type Answering, hasForm, JSON_TYPE } from './operation.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Operation extends Answering {
  operationId: string;
  summary: string;
  'x-fieldgate-actions'?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface Deed {
  id: string;
  /** As the contract has it, such as `POST /v1/holds/:id/confirm`. */
  line: string;
  summary: string;
  places: Place[];
  /** The action that a token for one purpose names, if it needs such a token. */
  purposeful: 'release' | 'verify' | null;
  /** The answer is sealed to this page. */
  sealed: boolean;
}

export async function readDeeds(signal: AbortSignal): Promise<Deed[]> {
  const { paths } = (await document(signal)) as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, one]) => hasForm(one) && mayDo(one))
      .map(([method, one]) => deedOf(`${method.toUpperCase()} ${path}`, one)),
  );
}

function mayDo({ 'x-fieldgate-act': act, 'x-fieldgate-actions': actions = [] }: Operation): boolean {
  return (actions.length === 0 || may(...actions)) && me.value?.acts.includes(act) !== false;
}

function deedOf(line: string, one: Operation): Deed {
  const { operationId, summary, parameters = [], requestBody, responses } = one;
  const actions = one['x-fieldgate-actions'] ?? [];
  const named = parameters.flatMap(({ name, in: where, required = false, schema, ...said }): Place[] =>
    where === 'header'
      ? []
      : [
          {
            path: where === 'path' ? [name] : ['query', name],
            schema: { type: 'string', ...said, ...schema },
            optional: !required,
          },
        ],
  );
  const body = requestBody?.content[JSON_TYPE]?.schema;
  const ofPeople = ['audit', 'steward', 'casework'].some((action) => actions.includes(action));
  return {
    id: operationId,
    line: line.replaceAll(/\{(\w+)\}/g, ':$1'),
    summary,
    places: [...named, ...(body ? placesOf(body, ['body']) : [])],
    purposeful: ofPeople
      ? null
      : ((['release', 'verify'] as const).find((one) => actions.includes(one)) ?? null),
    sealed: Object.values(responses).some(({ content = {} }) => 'application/jose' in content),
  };
}
