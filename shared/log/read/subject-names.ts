/** A subject as entries name it: by its log id, and in attempts by its internal id. */
import { asSubjectId, type LogId, type SubjectId } from '../../ids.ts';

export interface SubjectNames {
  logId: LogId;
  id: SubjectId;
  /** Subjects that were merged into this one, by internal id. Entries of before name them. */
  joined: ReadonlyMap<SubjectId, LogId>;
}

type Known = Omit<SubjectNames, 'id'> & { subject: SubjectId };

/** The names of a key item, or of its outline. */
export const namesOf = ({ subject: id, logId, joined }: Known): SubjectNames => ({ id, logId, joined });

export const logIdsIn = ({ logId, joined }: Omit<SubjectNames, 'id'>): LogId[] => [logId, ...joined.values()];

/** Whether one of the names is of the subject. */
export const isNamed = (subject: SubjectNames, names: readonly (string | undefined)[]): boolean =>
  [subject.id, ...subject.joined.keys(), ...logIdsIn(subject)].some((one) => names.includes(one));

/** The entries that name this log id alone: attempts name none. */
export const logIdAlone = (logId: LogId): SubjectNames => ({ logId, id: asSubjectId(''), joined: new Map() });
