/** `node shared/policy/compile/cli.ts [folder]`: checks a pack and writes the JSON beside its folder. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compilePack, packText } from './compile.ts';
import { faultText } from './source.ts';

const folder =
  process.argv[2] ?? fileURLToPath(new URL('../../packs/disadvantaged-children', import.meta.url));
const { pack, faults } = compilePack(folder);
if (pack) {
  const file = `${folder.replace(/\/$/, '')}.json`;
  writeFileSync(file, packText(pack));
  console.log(`${file}: version ${pack.version}, hash ${pack.hash}`);
} else {
  for (const fault of faults) console.error(faultText(fault));
  process.exitCode = 1;
}
