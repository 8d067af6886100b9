/** Small mistakes that a source file could have, each of which a test should notice. */
import { readFileSync } from 'node:fs';
import { parseAst } from 'vitest/node';

export interface Mutant {
  file: string;
  /** Place in the text, in UTF-16 units. */
  start: number;
  end: number;
  text: string;
}

const OPERATORS: Record<string, string> = {
  ...{ '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>' },
  ...{ '+': '-', '-': '+', '*': '+', '&&': '||', '||': '&&', '??': '&&' },
};

interface Node {
  type: string;
  start: number;
  end: number;
  operator?: string;
  value?: unknown;
  [child: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

export function mutantsOf(file: string): Mutant[] {
  const source = readFileSync(file, 'utf8');
  const found: Mutant[] = [];
  const add = ({ start, end }: Pick<Node, 'start' | 'end'>, text: string) =>
    found.push({ file, start, end, text });
  const walk = (node: Node): void => {
    // Types have no effect, and words of errors need no test.
    if (/^TS(?!AsExpression|NonNull|Satisfies)|^ImportDeclaration$|^ThrowStatement$/.test(node.type)) return;
    const { type, operator = '', left, right, test, argument, expression } = node;
    if (isNode(left) && isNode(right) && OPERATORS[operator]) {
      const at = source.indexOf(operator, left.end);
      if (at >= 0 && at < right.start) add({ start: at, end: at + operator.length }, OPERATORS[operator]);
    }
    if (type === 'UnaryExpression' && operator === '!' && isNode(argument))
      add(node, source.slice(argument.start, argument.end));
    if (/^(If|Conditional)/.test(type) && isNode(test)) for (const word of ['true', 'false']) add(test, word);
    if (type === 'ExpressionStatement' && isNode(expression) && /Call|Await/.test(expression.type))
      add(node, ';');
    if (type === 'Literal' && typeof node.value === 'boolean') add(node, String(!node.value));
    if (type === 'Literal' && typeof node.value === 'number') add(node, String(node.value + 1));
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child);
  };
  walk(parseAst(source, { lang: 'ts' }) as unknown as Node);
  return found;
}
