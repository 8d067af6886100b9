/** A regular expression that finds the text itself, whatever signs are in it. */
export const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
