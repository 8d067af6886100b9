import { expect, expectTypeOf, it } from 'vitest';
import {
  asSubjectId,
  type ClientId,
  type EntryId,
  type KeyId,
  type LogId,
  type SubjectId,
} from '../../shared/ids.ts';
import type { readKeyItem } from '../../shared/records/subject/key-items.ts';

interface Ids {
  subject: SubjectId;
  log: LogId;
  client: ClientId;
  entry: EntryId;
  key: KeyId;
  text: string;
}

/** Each pair whose first could be passed as the second; an id may always be used as text. */
type Mixed = {
  [A in keyof Ids]: {
    [B in Exclude<keyof Ids, A | 'text'>]: Ids[A] extends Ids[B] ? `${A} for ${B}` : never;
  }[Exclude<keyof Ids, A | 'text'>];
}[keyof Ids];

// The type check is the test: it fails to compile if two ids could be mixed.
it('no id stands for another, and no text for an id', () => {
  expectTypeOf<Mixed>().toBeNever();
  // @ts-expect-error a log id leads to no key item
  expectTypeOf<Parameters<typeof readKeyItem>[1]>().toEqualTypeOf<LogId>();
  expect(asSubjectId('c3ViamVjdA')).toBe('c3ViamVjdA');
});
