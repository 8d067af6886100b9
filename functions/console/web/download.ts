/** Saves a text as a file of the person's own. */
export function save(name: string, text: string, type = 'text/csv'): void {
  // A spreadsheet reads the mark as UTF-8.
  const url = URL.createObjectURL(new Blob(type === 'text/csv' ? ['\ufeff', text] : [text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
