import { pathToFileURL } from 'node:url';

/**
 * Runs a file as a command, if it is the one that Node was told to run: `--help` prints its usage, and a fault its message without
 * a trace of this code.
 * @param url of the file, `import.meta.url`
 */
export async function command(url: string, usage: string, run: () => void | Promise<void>): Promise<void> {
  if (url !== pathToFileURL(process.argv[1] ?? '').href) return;
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  try {
    await run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}\n`);
    process.exitCode = 2;
  }
}
