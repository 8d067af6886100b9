/** Whether the program `openssl` is there, which makes certificates for tests. Says so once if it is not. */
import { execFileSync } from 'node:child_process';

export const hasOpenssl: boolean = (() => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    console.warn('skipped: no openssl to make certificates with');
    return false;
  }
})();
