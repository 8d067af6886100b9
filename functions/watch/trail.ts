/** Files of KMS's own record, wherever they lie. */

export interface TrailFile {
  name: string;
  /** Epoch milliseconds that its name says: its records are mostly of the minutes before. */
  at: number;
}

export interface Trail {
  /** Files whose names say a time in the span, oldest first. */
  files(from: number, to: number): Promise<TrailFile[]>;
  /** The records of a file, one by one. @throws Error for what is no such file */
  read(file: TrailFile): AsyncIterable<unknown>;
  /**
   * Milliseconds after which a record is mostly delivered. CloudTrail: a quarter of an hour, with no promise, so
   * that each file is also looked through for what belongs to earlier. `null`: records are there at once, in the
   * file of their day.
   */
  late: number | null;
}
