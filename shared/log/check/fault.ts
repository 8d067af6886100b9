/** What is wrong with a log, and where. */

export type LogFault =
  /** The checkpoint is missing or not signed by the log. */
  | 'CHECKPOINT'
  /** The log's key names no key that certifies writers. */
  | 'WRITER_KEY'
  /** The checkpoint does not continue the caller's earlier one. */
  | 'FORK'
  /** An entry bundle is missing or malformed. */
  | 'BUNDLE'
  /** A tile differs from the hashes of the entries. */
  | 'TILE'
  /** The entries do not give the signed root. */
  | 'ROOT'
  /** A writer's chain is broken. */
  | 'CHAIN'
  /** A leaf is not signed by its writer, or its signature is missing. */
  | 'SIGNATURE'
  /** A count is missing, or does not cover the leaves before it. */
  | 'COUNT'
  /** A receipt has no digest by SM3, or not that of its entry. */
  | 'RECEIPT'
  /** The checkpoint has no root of SM3, or the entries do not give it. */
  | 'SM3'
  /** The key of SM2 has not signed the checkpoint, or the names of writers' keys. */
  | 'SM2';

export class LogError extends Error {
  readonly fault: LogFault;
  /** The place of the fault: a path, or the id of the first bad entry. */
  readonly at: string;

  constructor(fault: LogFault, at: string) {
    super(`${fault} at ${at}`);
    this.name = 'LogError';
    this.fault = fault;
    this.at = at;
  }
}
