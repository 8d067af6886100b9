/** The articles of law behind the rules of a pack. */
import type { Pack } from './pack.ts';
import type { Article } from './parts.ts';

/** The article of a rule's id: A12 of A12.1. */
export function articleName(rule: string): string {
  return rule.replace(/\.\d+$/, '');
}

/** @returns `undefined` if the pack shows no articles, or has no such rule */
export function articleOf({ articles }: Pack, rule: string): (Article & { name: string }) | undefined {
  const name = articleName(rule);
  const found = articles?.[name];
  return found && { name, ...found };
}
