/**
 * What the tree is kept in. Two kinds of store with different duties: files hold bytes and may be slow to
 * show, the lock alone decides what the tree is.
 */

/** What a reader needs of the files: `checkpoint`, tiles, entry bundles, signatures, `writer-key`. */
export interface TreeReader {
  /** @returns `null` when there is no such file (yet). */
  read(path: string): Promise<Uint8Array | null>;
}

/** Immutable files. Full tiles lie under a write-once lock, all others may be removed later. */
export interface Files extends TreeReader {
  /**
   * Creates the file. A file that is there with the same bytes is fine: this may be a repetition.
   * @throws Error when it is there with others, or when it is not known to be stored.
   */
  create(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file that nothing names any more. May fail silently. */
  remove(path: string): Promise<void>;
}

/** One value, strongly consistent, compared as a whole. */
export interface Lock {
  /** @returns `null` before the first `swap`. Must show every swap that has returned `true`. */
  read(): Promise<string | null>;
  /** @returns whether the value was `before` and is now `after`; exactly one of two racing swaps wins. */
  swap(before: string | null, after: string): Promise<boolean>;
}

/** The signed checkpoint that readers see. */
export interface Published {
  read(): Promise<string | null>;
  /** As `Lock.swap`, so that a sequencer that was asleep cannot put an old checkpoint over a newer one. */
  swap(before: string | null, after: string): Promise<boolean>;
}

/** The files of the tree and the checkpoint over them, as one store. */
export interface TreeStore {
  files: Files;
  published: Published;
}

/** Whether a file is never replaced: full tiles, full bundles and their signatures. */
export function isFinal(path: string): boolean {
  return /^(tile|signatures)\//.test(path) && !path.includes('.p/');
}
