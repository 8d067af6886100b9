/**
 * The stores of the tree. Two kinds with different duties: files hold bytes and may show them late; only the
 * lock decides what the tree is.
 */

/** The reader's view of the files: `checkpoint`, tiles, entry bundles, signatures, `writer-key`. */
export interface TreeReader {
  /** @returns `null` if the file does not exist yet. */
  read(path: string): Promise<Uint8Array | null>;
}

/** Immutable files. Full tiles are under a write-once lock; all others may be removed later. */
export interface Files extends TreeReader {
  /**
   * Creates the file. An existing file with the same bytes is allowed, because the call may be a repeat.
   * @throws Error if it exists with other bytes, or if it is not known to be stored.
   */
  create(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file that is no longer referenced. May fail silently. */
  remove(path: string): Promise<void>;
}

/** One value, strongly consistent, compared as a whole. */
export interface Lock {
  /** @returns `null` before the first `swap`. Must reflect every swap that has returned `true`. */
  read(): Promise<string | null>;
  /** @returns whether the value was `before` and is now `after`. Exactly one of two concurrent swaps wins. */
  swap(before: string | null, after: string): Promise<boolean>;
}

/** The files of the tree and its checkpoint, as one store. */
export interface TreeStore {
  files: Files;
  /** The signed checkpoint that readers see. A delayed sequencer can't replace a newer one by an older one. */
  published: Lock;
  /** The signed note that names the keys of writers. */
  writerKeys: Lock;
  /** The checkpoint that witnesses are asked about, and the newest that enough of them have cosigned. */
  pending: Lock;
  witnessed: Lock;
  /** The operator's policy of witnesses. */
  policy: Lock;
}

/** Whether a file is never replaced: full tiles, full bundles and their signatures. */
export function isFinal(path: string): boolean {
  return /^((sm3\/)?tile|signatures)\//.test(path) && !path.includes('.p/');
}
