/**
 * Where the objects of files lie: ciphertext alone, in a bucket or in a folder. Objects arrive in parts at addresses that are good
 * for one part's bytes, and leave at addresses that are good for minutes. Neither address opens anything.
 */

export interface Upload {
  /** Name of the object: 22 characters of base64url, used once. */
  file: string;
  /** What the store calls this upload. */
  upload: string;
}

export interface Part {
  /** From 1. */
  n: number;
  /** SHA-256 of its bytes, base64. */
  sha256: string;
}

/** Bytes of each part but the last, which is shorter or as long. */
export const PART_BYTES = 5 * 1024 * 1024;

/** What intake does with the store. */
export interface FileUploads {
  /** @returns what the store calls the upload */
  begin(file: string): Promise<string>;
  /** Address to which a PUT with the header `x-amz-checksum-sha256` stores exactly these bytes. */
  partUrl(upload: Upload, part: Part): Promise<string>;
  /**
   * Makes the object of its parts, unless one of this name exists. A repeat after a lost answer finds it there.
   * @returns bytes of the object; `null` if the parts are not all there as named
   */
  complete(upload: Upload, parts: readonly Part[]): Promise<number | null>;
  /** From now on the store forgets the object only if it is removed. */
  keep(file: string): Promise<void>;
  /** From now on the store removes the object by itself, within a week. One that is not there stays away. */
  forget(file: string): Promise<void>;
}

/** What release does with it. */
export interface FileReads {
  /** Address from which the object, or a range of it, can be read for so many seconds. */
  readUrl(file: string, seconds: number): Promise<string>;
}

/** What maintenance does with it. */
export interface FileRemovals {
  remove(file: string): Promise<void>;
}

export interface FileStore extends FileUploads, FileReads, FileRemovals {}
