/** The codes by which entries about a conflict between guardian and child are known. */
const CODES = { set: 'CONFLICT_SET', lifted: 'CONFLICT_LIFTED' } as const;

export function conflictCode(state: keyof typeof CODES): string {
  return CODES[state];
}

export function isAboutConflict({ code }: { code?: string | undefined }): boolean {
  return Object.values<string | undefined>(CODES).includes(code);
}
