/**
 * The ids that this system must never confuse. Each is text, and a type of its own, so that none can stand for another.
 * A constructor names text an id where it was made, where its form was checked, or where the gateway's own store gave
 * it: it checks nothing itself.
 */

declare const kind: unique symbol;
type Id<Kind extends string> = string & { readonly [kind]: Kind };

/** A person's record: 16 random bytes as unpadded base64url. It leaves the gateway only as an agency's reference. */
export type SubjectId = Id<'subject'>;
/** Stands for a subject in the log: random like the subject's id, and leads to it only through the key item. */
export type LogId = Id<'log'>;
/** A data key: 16 random bytes as unpadded base64url. */
export type KeyId = Id<'key'>;
/** An entry of the log: its writer, its item and its leaf, as `parseEntryId` reads them. */
export type EntryId = Id<'entry'>;
/** An office that may call, as registered; `fieldgate` is the gateway itself. */
export type ClientId = Id<'client'>;

/** Form of a client id, which is used in URLs, log entries and table keys. `fieldgate` means the gateway itself. */
export const CLIENT_ID = /^(?!fieldgate$)[a-z0-9][a-z0-9-]{0,62}$/;

export const asSubjectId = (text: string): SubjectId => text as SubjectId;
export const asLogId = (text: string): LogId => text as LogId;
/** The decoy's id in the log, by which the watch knows it: it belongs to no person. */
export const DECOY_LOG = asLogId('fieldgate-decoy-000000');
export const asKeyId = (text: string): KeyId => text as KeyId;
export const asEntryId = (text: string): EntryId => text as EntryId;
export const asClientId = (text: string): ClientId => text as ClientId;
