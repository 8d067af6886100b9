/**
 * Requests to every route that needs a token, made from the OpenAPI document and then bent here and there,
 * from a fixed seed: none causes a fault, and no refusal contains a part of the request. `FUZZ` sets how
 * many.
 */
import { expect, it, vi } from 'vitest';
import { describeRoutes } from '../../functions/steward/app.ts';
import { fileGateway, type Token } from '../support/gateway.ts';

const RUNS = Math.ceil(Number(process.env['FUZZ'] ?? 5000) / 20);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_125);
const TIMEOUT = 600_000;
const MARK = 'QZ71MARKQZ71';

// biome-ignore lint/suspicious/noExplicitAny: schemas of every shape
type Any = any;

const tokens = new Map<string, Token>();
const WHY = { officer: 'li.na', reason: 'visit', case: 'C-1' };
const gateway = await fileGateway();
for (const [action, clientId, purpose] of [
  ['intake', 'mca-county'],
  ['release', 'edu-county', 'S1'],
  ['verify', 'charity-sunrise', 'C1'],
  ['casework', 'mca-county'],
  ['audit', 'audit-office'],
  ['steward', 'steward-office'],
] as const) {
  const details = { actions: [action], ...WHY, ...(purpose && { purpose }) };
  tokens.set(action, await gateway.token(clientId, details));
}

let state = SEED;
/** A number from 0 up to `below`, the same in every run. */
function pick(below: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return Math.floor((state / 0x80000000) * below);
}
const oneOf = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
const chance = (percent: number) => pick(100) < percent;

const ODD: Any[] = [
  ...[null, true, 0, -1, 1e308, '', MARK, '\0', '__proto__', [], {}, [[]], '9999-12-31T23:59:59Z', '😀'],
  ...['x'.repeat(300), '../../x', '%00', { constructor: 1 }],
];
const TEXTS = [
  ...['x', MARK, 'S1', 'C1', 'W1', 'name', 'illness', 'children', 'edu-county', '2026-11-25', '990001'],
  ...['2026-11-25T00:00:00Z', 'AQ9cf-GmBEoA2THS-7b4x9Q', 'identity', 'spring-bud', '12', 'Li4v'],
];

function make(schema: Any, depth = 0): Any {
  if (chance(6) || depth > 6) return oneOf(ODD);
  const { anyOf, type, properties = {}, required = [], additionalProperties: more } = schema ?? {};
  if (anyOf) return make(oneOf(anyOf), depth + 1);
  if (schema?.const !== undefined) return schema.const;
  if (schema?.enum) return oneOf(schema.enum);
  switch (type) {
    case 'object': {
      const names = Object.keys(properties).filter((name) => chance(required.includes(name) ? 97 : 60));
      if (chance(3)) names.push(MARK);
      const members = names.map((name) => [name, make(properties[name], depth + 1)]);
      if (typeof more === 'object') members.push([oneOf(['name', 'id_number', MARK]), make(more, depth + 1)]);
      return Object.fromEntries(members);
    }
    case 'array':
      return Array.from({ length: pick(4) }, () => make(schema.items, depth + 1));
    case 'string':
      // A value with a pattern is often decoded next, and short texts decode to nothing.
      return schema.pattern && chance(50) ? oneOf(['x', 'A', '-', '1', '0-0']) : oneOf(TEXTS);
    case 'number':
      return oneOf([0, 1, 2, 3.5, 1e20]);
    case 'boolean':
      return chance(50);
    default:
      return oneOf(ODD);
  }
}

it(`answers ${RUNS} requests of any content without a fault or an echo`, { timeout: TIMEOUT }, async () => {
  const { paths } = (await describeRoutes(gateway.url)) as Any;
  const operations = Object.entries<Any>(paths).flatMap(([path, methods]) =>
    Object.entries<Any>(methods).flatMap(([method, operation]) =>
      operation.security.length > 0 ? [{ path, method: method.toUpperCase(), operation }] : [],
    ),
  );
  const faults = vi.spyOn(console, 'error').mockImplementation(() => {});
  let accepted = 0;
  for (let run = 0; run < RUNS; run++) {
    const { path, method, operation } = oneOf(operations);
    const token = tokens.get(operation['x-fieldgate-actions']?.[0] ?? oneOf([...tokens.keys()])) as Token;
    const where = path.replace(/\{\w+\}/g, () => encodeURIComponent(oneOf(TEXTS)));
    const query = (operation.parameters ?? [])
      .filter((one: Any) => one.in === 'query' && chance(40))
      .map((one: Any) => [one.name, String(make(one.schema))].map(encodeURIComponent).join('='));
    const schema = operation.requestBody?.content['application/json'].schema;
    const body = schema && JSON.stringify(make(schema));
    const target = where + (query.length > 0 ? `?${query.join('&')}` : '');
    const { status, text, headers } = await gateway.send(token, method, target, body);
    const sent = `${method} ${target} ${body ?? ''}`;
    expect(status, sent).toBeLessThan(500);
    expect(headers.get('x-request-id'), sent).toMatch(/./);
    if (status >= 400) expect(text, sent).not.toContain(MARK);
    else accepted++;
  }
  expect(faults).not.toHaveBeenCalled();
  faults.mockRestore();
  // Had everything been refused at the door, nothing would have been tried.
  expect(accepted).toBeGreaterThan(RUNS / 50);
});
