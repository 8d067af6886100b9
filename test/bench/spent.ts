/** The processor time of a command in a process of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'spent.json';
const NOTE = `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync('${FILE}', JSON.stringify(process.cpuUsage())));`;

/** An argument of Node with which a process notes its processor time in its folder as it ends. */
export const NOTING = `--import=data:text/javascript,${encodeURIComponent(NOTE)}`;

/** Milliseconds that a command in this folder took. */
export function spentIn(folder: string): number {
  return milliseconds(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
}

export function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
