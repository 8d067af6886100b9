/** Anchors as GitHub makes them of headings, so that one link serves both. @param {string} title */
export const slugOf = (title) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
