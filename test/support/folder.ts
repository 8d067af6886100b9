import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A new empty folder that goes when the test ends. */
export const temporaryFolder = () => folderUntil(onTestFinished);

/** The same for all tests of a file or of a `describe`. */
export const sharedFolder = () => folderUntil(afterAll);

function folderUntil(end: (act: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
  end(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
