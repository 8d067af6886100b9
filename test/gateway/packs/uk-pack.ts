/** The compiled pack of children's social care in England. */
import { fileURLToPath } from 'node:url';
import { compiledFiles, compilePack } from '../../../shared/policy/compile/compile.ts';
import type { CompiledPack } from '../../../shared/policy/pack/load-pack.ts';

export const FOLDER = fileURLToPath(
  new URL('../../../shared/packs/uk-childrens-social-care', import.meta.url),
);

export function compiledUk(): CompiledPack {
  const { pack, faults } = compilePack(FOLDER);
  if (!pack) throw new Error(faults.map(({ message }) => message).join('\n'));
  return pack;
}

/** In place of the modules that bring the shipped pack. */
export function shippedUk() {
  const [, base64] = (compiledFiles(compiledUk())['shipped.ts'] ?? '').split('`\n');
  return { default: base64 };
}

export function codesUk(original: object) {
  const { purposes, prohibited, calendar } = compiledUk();
  const codes = [...Object.keys(purposes), ...Object.keys(prohibited)].sort();
  const defaults = { purposes: { inquiries: ['SAR'] }, matchKeys: ['nhs_number'] };
  return { ...original, default: codes, zone: calendar, defaults };
}
