/**
 * The lock of every tab of this browser. It is kept with the duty that it leaves: the next login asks who comes, although the
 * issuer still knows the last person. `storage` tells the other tabs.
 */
const NAME = 'fieldgate.lock';

export interface Lock {
  /** Differs from lock to lock. */
  id: string;
  why: 'locked' | 'signed-out';
  /** A login that asked has happened since. */
  answered?: true;
}

/** The last lock of this browser; `null` if there was none, or the browser stores nothing. */
export function lastLock(): Lock | null {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? 'null');
  } catch {
    return null;
  }
}

/** The lock after which no login has asked yet. */
export function openLock(): Lock | null {
  const lock = lastLock();
  return lock?.answered ? null : lock;
}

export function keepLock(lock: Lock): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(lock));
  } catch {
    // This page is locked all the same.
  }
}

/** Calls when another tab has locked, or this one comes back from the history of a tab. */
export function onLock(call: () => void): void {
  addEventListener('storage', ({ key }) => key === NAME && call());
  addEventListener('pageshow', call);
}
