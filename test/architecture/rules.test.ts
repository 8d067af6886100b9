import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { type Module, moduleOf, ROOT, readModules } from './modules.ts';
import {
  barrels,
  consoles,
  cycles,
  foldersOf,
  groups,
  layering,
  lostRefs,
  packageName,
  pastTheStore,
  tooLong,
  undeclared,
} from './rules.ts';

const modules = readModules();
const packages = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]);

it('sees the code', () => {
  expect(modules.length).toBeGreaterThan(50);
  expect(modules.flatMap((module) => module.imports).length).toBeGreaterThan(100);
});

describe('layering', () => {
  it('holds: infra, then functions, then shared, and no step of shared imports another', () => {
    expect(layering(modules)).toEqual([]);
  });

  it.each([
    ['infra/aws/key-stack.ts', '../../functions/intake/handler.ts'],
    ['infra/aws/key-stack.ts', '../../shared/crypto/open.ts'],
    ['infra/aws/key-stack.ts', '../local/store.ts'],
    ['infra/local/gateway.ts', '../../functions/release/release-fields.ts'],
    ['infra/local/aws/store.ts', '../../../functions/release/app.ts'],
    ['infra/cli/data/release.ts', '../../../shared/keys/unwrap.ts'],
    ['functions/intake/app.ts', '../release/release-fields.ts'],
    ['functions/intake/call.ts', './plan-record.ts'],
    ['functions/session/authenticate.ts', '../token/app.ts'],
    ['functions/intake/app.ts', '../../infra/local/store.ts'],
    ['functions/console/app.ts', './web/text.ts'],
    ['functions/console/web/gateway/api.ts', '../../../http/app.ts'],
    ['functions/console/web/gateway/api.ts', '../../../../shared/keys/unwrap.ts'],
    ['shared/contract/release.ts', '../tables.ts'],
    ['shared/keys/wrap.ts', '../../functions/http/app.ts'],
    ['shared/keys/wrap.ts', '../crypto/data-key.ts'],
    ['shared/log/write/writer.ts', '../../../test/log/log.ts'],
    ['shared/log/write/writer.ts', '../../../../elsewhere/module.ts'],
  ])('finds %s importing %s', (file, specifier) => {
    expect(layering([moduleOf(file, `import { x } from '${specifier}';`)])).toHaveLength(1);
    expect(layering([moduleOf(file, `import type {\n  X,\n} from '${specifier}';`)])).toHaveLength(1);
    expect(layering([moduleOf(file, `export { x } from "${specifier}";`)])).toHaveLength(1);
    expect(layering([moduleOf(file, `const x = await import('${specifier}');`)])).toHaveLength(1);
  });

  it.each([
    ['infra/local/gateway.ts', '../../functions/intake/app.ts'],
    ['infra/aws/key-stack.ts', '../../shared/defined.ts'],
    ['functions/console/web/gateway/api.ts', '../../../../shared/client/evidence/evidence.ts'],
    ['functions/intake/app.ts', '../http/app.ts'],
    ['functions/intake/app.ts', '../../shared/keys/wrap.ts'],
    ['shared/contract/release.ts', '../json.ts'],
    ['shared/keys/wrap.ts', '../env.ts'],
    ['shared/keys/wrap.ts', 'node:crypto'],
  ])('lets %s import %s', (file, specifier) => {
    expect(layering([moduleOf(file, `import { x } from '${specifier}';`)])).toEqual([]);
  });

  it('ignores code in comments', () => {
    const text =
      "/**\n * import { x } from '../release/app.ts';\n */\n// import { x } from '../release/app.ts';";
    expect(moduleOf('functions/intake/app.ts', text).imports).toEqual([]);
  });
});

it('one store sends the commands to DynamoDB; the index of the log alone writes in batches', () => {
  expect(pastTheStore(modules)).toEqual(['functions/sequencer/stores/log-index.ts']);
  const past = moduleOf('shared/log/read/found.ts', 'await dynamo.send(new QueryCommand({}));');
  expect(pastTheStore([past])).toHaveLength(1);
});

describe('imports', () => {
  it('form no cycle', () => {
    expect(cycles(modules)).toEqual([]);
  });

  it.each([3, 4])('form no cycle of folders, %i deep', (depth) => {
    expect(cycles(foldersOf(modules, depth))).toEqual([]);
  });

  it('would be found in a cycle of folders', () => {
    const a = moduleOf('shared/a/x/a.ts', "import { b } from '../../b/b.ts';");
    const b = moduleOf('shared/b/b.ts', "import type { c } from '../a/c.ts';");
    const c = moduleOf('shared/a/c.ts', "import { a } from './x/a.ts';");
    expect(cycles(foldersOf([a, b, c], 2))).toEqual(['shared/a → shared/b → shared/a']);
    expect(cycles(foldersOf([a, b, c], 3))).toEqual([]);
    expect(cycles([a, b, c])).toHaveLength(1);
  });

  it('would be found in a cycle', () => {
    const a = moduleOf('shared/a.ts', "import { b } from './b.ts';");
    const b = moduleOf('shared/b.ts', "import { c } from './c.ts';");
    const c = moduleOf('shared/c.ts', "import { a } from './a.ts';");
    expect(cycles([a, b, c])).toEqual(['shared/a.ts → shared/b.ts → shared/c.ts → shared/a.ts']);
    const typed = moduleOf('shared/c.ts', "import type { a } from './a.ts';");
    expect(cycles([a, b, typed])).toHaveLength(1);
    const mixed = moduleOf('shared/c.ts', "import { type A, a } from './a.ts';");
    expect(cycles([a, b, mixed])).toHaveLength(1);
  });

  it('lead to files that exist', () => {
    const own = modules.flatMap(({ file, imports }) =>
      imports
        .filter((target) => /^(infra|functions|shared)\//.test(target))
        .map((target) => ({ file, target })),
    );
    expect(own.filter(({ target }) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it('name declared packages only', () => {
    expect(undeclared(modules, packages)).toEqual([]);
    const bad = moduleOf(
      'shared/a.ts',
      "import chalk from 'chalk';\nimport x from '@aws-sdk/client-sts/x.js';",
    );
    expect(undeclared([bad], packages)).toHaveLength(2);
  });

  it('use every runtime dependency', () => {
    const used = new Set(modules.flatMap((module) => module.imports.map(packageName)));
    const [runtime = ''] = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8').split('## To build');
    const names = [...runtime.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] as string);
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });
});

const sample = (file: string, text: string): Module[] => [moduleOf(file, text)];

it('no file is a barrel', () => {
  expect(barrels(modules)).toEqual([]);
  expect(barrels(sample('shared/keys/index.ts', ''))).toHaveLength(1);
  expect(barrels(sample('shared/keys/all.ts', "export * from './wrap.ts';"))).toHaveLength(1);
});

it('no file has more than 300 lines, a test included', () => {
  expect(tooLong([...modules, ...readModules('test')])).toEqual([]);
  expect(tooLong(sample('shared/long.ts', '\n'.repeat(301)))).toEqual(['shared/long.ts: 301']);
});

it('members of an object literal stand in it themselves, not in another one that is spread', () => {
  expect(groups(modules)).toEqual([]);
  expect(groups(sample('functions/intake/app.ts', 'const a = { ...{ b, c }, d };'))).toHaveLength(1);
  expect(groups(sample('functions/intake/app.ts', 'const a = { ...b, ...(c && { d }) };'))).toEqual([]);
});

it('no function writes to the console', () => {
  expect(consoles(modules)).toEqual([]);
  expect(consoles(sample('functions/intake/app.ts', 'console.log(event);'))).toHaveLength(1);
  expect(consoles(sample('shared/log/write/writer.ts', "process.stderr.write('x');"))).toHaveLength(1);
  expect(consoles(sample('shared/log/write/writer.ts', '/** Writes no console line. */'))).toEqual([]);
});

it('no component of the console is given a `ref`', () => {
  const pages = modules.filter(({ file }) => file.endsWith('.tsx'));
  expect(pages.length).toBeGreaterThan(20);
  expect(lostRefs(pages)).toEqual([]);
  expect(lostRefs(sample('functions/console/web/a.tsx', '<Pane kind={kind} ref={one.ref} />'))).toHaveLength(
    1,
  );
  expect(lostRefs(sample('functions/console/web/a.tsx', '<tbody ref={body} />'))).toEqual([]);
});
