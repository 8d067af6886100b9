/** The code by which each function could do harm: its own lines and those that it imports, as SECURITY.md says them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { ROOT, readModules } from './modules.ts';

const modules = new Map(readModules('{functions,shared}').map((one) => [one.file, one]));

/** Own files that run once the handler is loaded, imported types left out. */
function reachOf(name: string): { files: number; lines: number } {
  const found = new Set<string>();
  const visit = (file: string) => {
    const module = modules.get(file);
    if (!module || found.has(file)) return;
    found.add(file);
    for (const one of module.values) visit(one);
  };
  visit(`functions/${name}/handler.ts`);
  const lines = [...found].reduce(
    (sum, file) => sum + (modules.get(file)?.text.split('\n').length ?? 1) - 1,
    0,
  );
  return { files: found.size, lines };
}

const said = new Map(
  [...readFileSync(join(ROOT, 'SECURITY.md'), 'utf8').matchAll(/^\| (\w+) \| ([\d,]+) lines \|/gm)].map(
    ([, name = '', lines = '']) => [name, Number(lines.replaceAll(',', ''))] as const,
  ),
);

it.each([...Object.keys(ROUTES), ...SCHEDULED])(
  '%s reaches no more code than SECURITY.md says, nor much less',
  (name) => {
    const { files, lines } = reachOf(name);
    expect(files).toBeGreaterThan(1);
    const most = said.get(name) ?? 0;
    expect([name, lines, lines <= most, lines > most - 2000]).toEqual([name, lines, true, true]);
  },
);
