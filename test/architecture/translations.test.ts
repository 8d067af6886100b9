/**
 * The Chinese pages for those who work with the gateway say what the English ones say, in sections of their own. Each English
 * section has its Chinese one here, and the commands of an English page are all on the Chinese one: if a page gets a section
 * or a command, this tells that the other has not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './modules.ts';
import { PAGES } from './translated.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const headings = (text: string) => [...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name ?? '');

/** The commands of a page's blocks: `release`, `consent give`. */
function commandsOf(text: string): string[] {
  const shell = [...text.matchAll(/^```(?:sh|console)\b.*\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body);
  const found = shell.flatMap((body) => [
    ...body.matchAll(/(?:npx )?fieldgate ((?:[a-z][a-z-]*)(?: (?!--)[a-z][a-z-]+(?= |$))?)/gm),
  ]);
  return [
    ...new Set(
      found.map(([, name = '']) =>
        GROUPS.has(name.split(' ')[0] ?? '') ? name : (name.split(' ')[0] ?? ''),
      ),
    ),
  ];
}
const GROUPS = new Set([
  'agency',
  'attest',
  'case',
  'consent',
  'harm-report',
  'incident',
  'log',
  'objection',
  'pack',
  'report',
  'request',
  'task',
]);

it.each(PAGES)('each section of %s has one in %s', (english, chinese, sections, own) => {
  expect(headings(read(english))).toEqual(Object.keys(sections));
  const said = Object.values(sections).filter((name) => !name.startsWith('('));
  expect(headings(read(chinese)).toSorted()).toEqual([...new Set([...said, ...own])].toSorted());
});

it.each(PAGES.filter(([english]) => english.startsWith('docs/guide/')))(
  'the commands of %s are all in %s',
  (english, chinese) => {
    const known = new Set(commandsOf(read(chinese)));
    const wanted = commandsOf(read(english));
    expect(wanted.length).toBeGreaterThan(3);
    expect(wanted.filter((name) => !known.has(name))).toEqual([]);
  },
);
