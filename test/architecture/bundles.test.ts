import { describe, expect, it } from 'vitest';
import { type FunctionName, NOTIFY, ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { roleGrants, SESSION } from '../infra/grants.ts';
import { CHANNELS, synthesise } from '../infra/synthesise.ts';
import { bundleFile, bundleOf, MOST } from './bundle.ts';

const names = [...(Object.keys(ROUTES) as FunctionName[]), ...SCHEDULED, NOTIFY] as const;
const bundles = new Map(await Promise.all(names.map(async (name) => [name, await bundleOf(name)] as const)));
const bundle = (name: (typeof names)[number]) => bundles.get(name) ?? expect.fail(`no bundle of ${name}`);

/** Code that turns stored bytes into plaintext. */
const OPENING = ['shared/keys/unwrap.ts', 'shared/crypto/open.ts', 'shared/crypto/open.ts'];
/** Code that gives a field any form in which it could leave. */
const SHOWING = [
  'shared/policy/present/present.ts',
  'shared/policy/present/mask.ts',
  'shared/policy/present/generalise.ts',
];
/** Code that no function may contain: tools of the build, of this machine, and ways to obtain another identity. */
const UNWANTED =
  /node_modules\/(yaml|dynalite|commander|cli-|oauth4webapi|@hono\/node-server|aws-cdk|@aws-sdk\/(nested-clients|credential-provider|token-providers|endpoint-cache)|mnemonist|@smithy\/core\/dist-es\/submodules\/(checksum|config|event-streams)|@aws-sdk\/core\/dist-es\/submodules\/client)|shared\/policy\/compile|^infra\/(?!aws\/bundle\/leaner\/)|shared\/client\//;

describe('the reach of a function', () => {
  it('includes code that opens fields only in release, verify and maintenance', () => {
    const opening = ['release', 'verify', 'maintenance'];
    for (const name of names) {
      const reached = OPENING.filter((file) => bundle(name).files.has(file));
      expect([name, reached]).toEqual([name, opening.includes(name) ? OPENING : []]);
    }
  });

  it('includes code that shows a field only in release; maintenance generalises for its counts', () => {
    for (const name of names) {
      const reached = SHOWING.filter((file) => bundle(name).files.has(file));
      const counting = name === 'maintenance' ? ['shared/policy/present/generalise.ts'] : [];
      expect([name, reached]).toEqual([name, name === 'release' ? SHOWING : counting]);
    }
    expect([...bundle('verify').files].filter((file) => file.startsWith('functions/release/'))).toEqual([]);
  });

  it.each(names)('equals the actions of the role of %s', (name) => {
    const granted = roleGrants(synthesise('dev', { channels: CHANNELS })).filter(
      ({ fn, action }) =>
        // Release's code uses the rights of the session that it assumes.
        (fn === name || (fn === SESSION && name === 'release')) && /^(kms|dynamodb|s3|sts):/.test(action),
    );
    expect([...bundle(name).calls].sort()).toEqual([...new Set(granted.map(({ action }) => action))].sort());
  });

  it.each(names)('is limited to the needs of %s', (name) => {
    const unwanted = [...bundle(name).files].filter((file) => UNWANTED.test(file));
    // Only steward compiles: a publication is checked by the compiler's own rules, without its YAML.
    const compiler = unwanted.filter((file) => file.startsWith('shared/policy/compile/'));
    expect(unwanted.filter((file) => name !== 'steward' || !compiler.includes(file))).toEqual([]);
    expect(compiler.includes('shared/policy/schema/source.ts')).toBe(false);
    // No caller of another function reads what members mean.
    const words = [...bundle(name).files].filter((file) => file.startsWith('shared/contract/words/'));
    expect([name, words.length > 0]).toEqual([name, name === 'steward']);
    // The console has no client of AWS at all.
    const leaner = bundle(name).files.has('infra/aws/bundle/leaner/credentials.ts');
    expect(leaner).toBe(name !== 'console');
  });

  it.each(names)(
    'of %s holds no JSON but the page that checks proofs, because all other is emptied',
    (name) => {
      const own = [...bundle(name).inputs].filter(
        (file) => /\.json$/.test(file) && !/node_modules/.test(file),
      );
      expect(own).toEqual(name === 'verify' ? ['shared/attestation/check.page.json'] : []);
    },
  );

  it('is found in a bundle that opens fields, decrypts and reads YAML', async () => {
    const code = `
      import { KMSClient, DecryptCommand } from '@aws-sdk/client-kms';
      import { parse } from 'yaml';
      import * as unwrap from './shared/keys/unwrap.ts';
      export const handler = () => new KMSClient().send(new DecryptCommand(parse(unwrap)));`;
    const bad = await bundleFile({ code });
    expect(bad.calls).toEqual(new Set(['kms:Decrypt']));
    expect(bad.files).toContain('shared/keys/unwrap.ts');
    expect([...bad.files].some((file) => UNWANTED.test(file))).toBe(true);
  });
});

describe('the size of a bundle', () => {
  it.each(names)('of %s without the law and the texts, which are data, stays under its limit', (name) => {
    const { code, dataBytes } = bundle(name);
    expect(code.length - dataBytes).toBeLessThanOrEqual(MOST[name] * 1024);
  });
});
