/** One page of what stands in several inboxes, newest first. */

/** An id, with the key after which the next page begins. */
export interface Row {
  id: string;
  key: string;
}

/** Most reads of the inboxes for one page, and rows of one read. */
const LOOKS = 20;
const CHUNK = 100;

export interface Source<Shown> {
  inboxes: readonly string[];
  read(inbox: string, page: { before: string | undefined; limit: number }): Promise<Row[]>;
  /** In the order of the rows; `null` for what the caller may not see. */
  show(rows: readonly Row[]): Promise<(Shown | null)[]>;
}

/**
 * What the caller may not see takes no place in the page, and `next` is null if only such things follow. After `LOOKS`
 * reads a page may hold fewer than `limit` although more follow.
 * @param before key of an earlier page
 */
export async function newestOf<Shown>(
  source: Source<Shown>,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ items: Shown[]; next: string | null }> {
  const found: { key: string; item: Shown }[] = [];
  let from = before;
  for (let looks = 0; looks < LOOKS; looks++) {
    const { rows, more } = await readRows(source, from);
    const shown = await source.show(rows);
    for (const [i, { key }] of rows.entries()) {
      const item = shown[i] ?? null;
      if (item !== null) found.push({ key, item });
    }
    const next = found.length > limit ? (found[limit - 1]?.key ?? null) : null;
    if (next !== null || !more) return { items: found.slice(0, limit).map(({ item }) => item), next };
    from = rows.at(-1)?.key;
  }
  return { items: found.map(({ item }) => item), next: from ?? null };
}

async function readRows<Shown>(
  { inboxes, read }: Source<Shown>,
  before: string | undefined,
): Promise<{ rows: Row[]; more: boolean }> {
  const pages = await Promise.all(inboxes.map((inbox) => read(inbox, { before, limit: CHUNK })));
  const all = new Map(pages.flat().map((row) => [row.key, row]));
  const rows = [...all.values()].sort((a, b) => (a.key < b.key ? 1 : -1)).slice(0, CHUNK);
  return { rows, more: all.size > rows.length || pages.some((page) => page.length === CHUNK) };
}
