import { hash, randomInt } from 'node:crypto';

/** Codes of the entries about a conflict of interest between a person and its representative. */
const CODES = { set: 'CONFLICT_SET', lifted: 'CONFLICT_LIFTED' } as const;

export function conflictCode(state: keyof typeof CODES): string {
  return CODES[state];
}

export function isAboutConflict({ code }: { code?: string | undefined }): boolean {
  return Object.values<string | undefined>(CODES).includes(code);
}

/** Code of the entry of a write that says so, or that help has ended. The write is a line of the person's answer, as any other is. */
export const STOP_WRITTEN = 'STOP_WRITTEN';

/** Code of the entry of a registration from which one steward took rights away. */
export const NARROWED = 'NARROWED';

/** Kind of the casework item that records a tested text of a subject. The item's id is the text's digest. */
export const STORY_TEXT = 'story-text';

/** Id of a tested text: base64url SHA-256 of the text in NFC. */
export function textDigest(text: string): string {
  return hash('sha256', text.normalize('NFC'), 'base64url');
}

/** 32 letters and digits that are hard to confuse, so five bits each. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/** A code that one person hands to another: 60 random bits. */
export function newCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(32)]).join('');
}

/** In groups of four. */
export function shownCode(code: string): string {
  return (code.match(/.{4}/g) ?? []).join('-');
}

/** @param given the code as a person typed it */
export function plainCode(given: string): string {
  return given.toUpperCase().replaceAll(/[ -]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** Kind of the casework item that records what a department decided about a release on hold. */
export const LIFT = 'lift';
