import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './modules.ts';

export interface Document {
  /** Path from the root of the repository. */
  file: string;
  text: string;
}

/** The README and everything under `docs`. */
export function readDocuments(): Document[] {
  return globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT })
    .sort()
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
}

/** Relative links whose file or heading does not exist, as `file → link`. */
export function brokenLinks(documents: readonly Document[]): string[] {
  return documents.flatMap(({ file, text }) =>
    [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !/^[a-z]+:/.test(link) && !leads(file, text, link))
      .map((link) => `${file} → ${link}`),
  );
}

function leads(file: string, text: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (path !== '' && !existsSync(join(ROOT, target))) return false;
  if (heading === undefined || !target.endsWith('.md')) return true;
  return headings(path === '' ? text : readFileSync(join(ROOT, target), 'utf8')).has(heading);
}

/** Anchors as GitHub makes them of headings. */
function headings(text: string): Set<string> {
  const lines = text.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...lines].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
