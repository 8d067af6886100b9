import { hash } from 'node:crypto';

/** Codes of the entries about a conflict of interest between guardian and child. */
const CODES = { set: 'CONFLICT_SET', lifted: 'CONFLICT_LIFTED' } as const;

export function conflictCode(state: keyof typeof CODES): string {
  return CODES[state];
}

export function isAboutConflict({ code }: { code?: string | undefined }): boolean {
  return Object.values<string | undefined>(CODES).includes(code);
}

/** Kind of the casework item that records a tested text of a subject. The item's id is the text's digest. */
export const STORY_TEXT = 'story-text';

/** Id of a tested text: base64url SHA-256 of the text in NFC. */
export function textDigest(text: string): string {
  return hash('sha256', text.normalize('NFC'), 'base64url');
}
