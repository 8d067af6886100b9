/** A part of a table that is read by itself. Each item is in one part, by a hash of its partition key. */
export interface Part {
  index: number;
  of: number;
}

/** What the pages of a scan have in common. */
export interface Pages {
  project?: readonly string[];
  consistent?: boolean;
  part?: Part | undefined;
}
