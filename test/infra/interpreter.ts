/** The state machines of the template, run by `aws-local-stepfunctions`. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ofType, type Synthesised } from './synthesise.ts';

const MODULE = join(
  import.meta.dirname,
  'runtime/node_modules/aws-local-stepfunctions/build/main.node.esm.js',
);

export const interpreterIsHere = (): boolean => existsSync(MODULE);

// biome-ignore lint/suspicious/noExplicitAny: events of every shape
export type Task = (input: any) => Promise<unknown>;

/** The part of `aws-local-stepfunctions` that is used here. */
interface Interpreter {
  StateMachine: new (
    definition: unknown,
  ) => {
    run(
      input: unknown,
      options: { overrides: { taskResourceLocalHandlers: Record<string, Task> } },
    ): { result: Promise<{ lanes: unknown[]; done?: unknown[] }> };
  };
}

/** One execution. @param machine the end of its name. @param fn of the functions, that which it calls */
export async function execute(
  stack: Synthesised,
  { machine, fn }: { machine: string; fn: string },
  input: unknown,
  taskResourceLocalHandlers: Record<string, Task>,
): Promise<{ lanes: unknown[]; done?: unknown[] }> {
  const { StateMachine } = (await import(MODULE)) as Interpreter;
  const definition = definitionOf(stack, machine, fn);
  return new StateMachine(definition).run(input, { overrides: { taskResourceLocalHandlers } }).result;
}

/** The definition in the template, with the names that CloudFormation would put in. */
export function definitionOf(stack: Synthesised, machine: string, fn: string): Record<string, unknown> {
  const [, found] =
    ofType(stack, 'AWS::StepFunctions::StateMachine').find(([, { Properties }]) =>
      Properties.StateMachineName.endsWith(`-${machine}`),
    ) ?? [];
  const parts = found?.Properties.DefinitionString['Fn::Join'][1] as unknown[];
  const live = `arn:aws:lambda:eu-west-1:111122223333:function:fieldgate-prod-${fn}:live`;
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : live)).join(''));
}
