/** The compiler's rule for the articles of law behind the rules. */
import { articleName } from '../../pack/articles.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

/** A pack that shows articles has one for each rule, and no others. */
export function articles(source: PackSource, _: Built, report: Report): void {
  const given = source.articles;
  if (!given) return;
  const named = new Set(Object.keys(source.rules).map(articleName));
  for (const rule of Object.keys(source.rules)) {
    const name = articleName(rule);
    if (!Object.hasOwn(given, name))
      report(['rules', rule], `"${rule}" has no article: add ${name} to \`articles\``);
  }
  for (const [name, { wording }] of Object.entries(given)) {
    if (!named.has(name)) report(['articles', name], `no rule belongs to "${name}"`);
    for (const tag of wording)
      if (!source.languages.includes(tag))
        report(['articles', name, 'wording'], `"${tag}" is not in \`languages\` of the pack`);
  }
}
