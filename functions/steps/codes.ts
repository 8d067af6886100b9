import { hash } from 'node:crypto';

/** The codes by which entries about a conflict between guardian and child are known. */
const CODES = { set: 'CONFLICT_SET', lifted: 'CONFLICT_LIFTED' } as const;

export function conflictCode(state: keyof typeof CODES): string {
  return CODES[state];
}

export function isAboutConflict({ code }: { code?: string | undefined }): boolean {
  return Object.values<string | undefined>(CODES).includes(code);
}

/** Kind of the casework item that says which text of a subject was tested; its id is the text's digest. */
export const STORY_TEXT = 'story-text';

/** What a tested text is known by: base64url SHA-256 of it, composed. */
export function textDigest(text: string): string {
  return hash('sha256', text.normalize('NFC'), 'base64url');
}
