/** Templates in which something was changed, for the tests of the gate. */
import { expect } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import type { Template } from '../../infra/aws/commands/template.ts';
import { ofType, type Synthesised, synthesise } from './synthesise.ts';

export const prod = synthesise('prod');
export const template = prod.template as Template;

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes; each change knows its own.
export type Resources = Record<string, any>;

/** A copy of the template in which something was changed. */
export function changed(change: (resources: Resources) => void): Synthesised {
  const copy = structuredClone(template) as { Resources: Resources };
  change(copy.Resources);
  return { template: copy, resources: new Map(Object.entries(copy.Resources)) };
}

export const found = (change: (resources: Resources) => void) =>
  findings(template, changed(change).template as Template);
export const first = (type: string, prefix = '') =>
  (ofType(prod, type).find(([id]) => id.startsWith(prefix)) ?? expect.fail(`no ${type}`))[0];
export const key = first('AWS::KMS::Key', 'ClassKeys');
