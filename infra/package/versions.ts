/**
 * Runs inside `npm version <version>`, between the change of package.json and its commit: the clients for other languages take
 * the same version, and what the changelog has under Unreleased becomes the version's section.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the version stands apart from package.json; the first group is what comes before it. */
export const VERSIONED: Readonly<Record<string, RegExp>> = {
  'package-lock.json': /^(\{\s+"name": "[^"]+",\s+"version": ")([^"]+)/,
  'clients/python/pyproject.toml': /^([\s\S]*?\nversion = ")([^"]+)/,
  'clients/java/pom.xml': /^([\s\S]*?\n {2}<version>)([^<]+)/,
};

/** What an entry of the changelog may be, in the order of a section. */
export const KINDS = ['Breaking', 'Added', 'Changed', 'Fixed', 'Removed'] as const;

/** @returns the changelog with Unreleased as the section of the version, and an empty Unreleased above it */
export const dated = (changelog: string, version: string, day: string): string =>
  changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} (${day})`);

function raise(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const change = (file: string, by: (text: string) => string) =>
    writeFileSync(`${root}${file}`, by(readFileSync(`${root}${file}`, 'utf8')));
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
  for (const [file, place] of Object.entries(VERSIONED))
    change(file, (text) => text.replace(place, (_, before: string) => before + version));
  change('CHANGELOG.md', (text) => dated(text, version, new Date().toISOString().slice(0, 10)));
  execFileSync('git', ['add', 'CHANGELOG.md', ...Object.keys(VERSIONED)], { cwd: root });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) raise();
