import { hash } from 'node:crypto';

/** Kind of the casework item that says which text of a subject was tested; its id is the text's digest. */
export const STORY_TEXT = 'story-text';

/** What a tested text is known by: base64url SHA-256 of it, composed. */
export function textDigest(text: string): string {
  return hash('sha256', text.normalize('NFC'), 'base64url');
}
