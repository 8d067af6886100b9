import { build } from 'esbuild';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

async function bundle(entry: string) {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs);
}

test('the library bundles for browsers from itself and six small libraries only', async () => {
  const others = (await bundle('shared/client/connect.ts')).filter(
    (path) =>
      !/^(shared\/(client|tree|attestation|files)\/|shared\/(defined|entry-kinds|freed|json|contract\/asked)\.ts$|node_modules\/(jose|oauth4webapi|canonicalize|@noble\/(?:hashes|curves|post-quantum))\/)/.test(
        path,
      ),
  );
  expect(others).toEqual([]);
});

test('installing the package adds those libraries and the one whose types are named', async () => {
  const packages = (await bundle('shared/client/connect.ts')).flatMap(
    (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  expect(packages).not.toContain('valibot');
  // The declarations name its types.
  expect([...new Set([...packages, 'valibot'])].sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

test('code that needs Node does not', async () => {
  await expect(bundle('infra/cli/identity/agency-file.ts')).rejects.toThrow('node:fs');
});
