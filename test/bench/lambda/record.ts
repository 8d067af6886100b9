/** `node record.ts ROOT FOLDER`: the bundle of a checkout's `release`, and the recording of one release by it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadFrom } from '../turns.ts';
import { recordRelease } from './recording.ts';

const [root = '', folder = ''] = process.argv.slice(2);
const load = loadFrom(root);
const { bundleOf } = await load<typeof import('../../architecture/bundle.ts')>('test/architecture/bundle.ts');
const code = join(folder, 'bundle.cjs');
writeFileSync(code, (await bundleOf('release')).code);
writeFileSync(join(folder, 'recording.json'), JSON.stringify(await recordRelease(code, load)));
process.exit();
