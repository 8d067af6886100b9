/** What a pack says to people: notices, letters and articles of law. */

import { articleName } from '../../pack/articles.ts';
import { frameMembers, lacksNoticeWords } from '../../present/notice-words.ts';
import { FACTS } from '../../schema/letter-schema.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

export function notices(source: PackSource, _: Built, report: Report): void {
  const { notices: given, tasks = {} } = source;
  const haveLetters = new Set(Object.values(source.letters ?? {}).map(({ task }) => task));
  for (const [name, { delivers, proof, outcomes = [], signed = [] }] of Object.entries(tasks)) {
    for (const word of signed)
      if (!outcomes.includes(word))
        report(['tasks', name, 'signed'], `"${word}" is none of the task's outcomes`);
    if (signed.length > 0 && !haveLetters.has(name))
      report(['tasks', name, 'signed'], 'what is signed is a letter, and the task has none', ['letters']);
    if (delivers && !(proof && given))
      report(['tasks', name, 'delivers'], 'a delivery needs a proof, and `notices` that list its kinds');
  }
  const asks = ({ kinds }: (typeof source.purposes)[string]) =>
    kinds.some(({ kind }) => source.kinds[kind]?.needsConsent);
  if (!given) {
    for (const [code, purpose] of Object.entries(source.purposes))
      if (asks(purpose))
        report(
          ['purposes', code],
          `${code} has no notice: add \`${code}: …\` to \`purposes\` of \`notices\``,
          ['notices'],
        );
    return;
  }
  for (const tag of source.languages) {
    if (lacksNoticeWords(tag) && !given.frame?.[tag])
      report(
        ['notices'],
        `the engine has no words for a notice in ${tag}: add \`frame: { ${tag}: { ${frameMembers()} } }\``,
      );
  }
  for (const tag of Object.keys(given.frame ?? {})) {
    if (!source.languages.includes(tag))
      report(['notices', 'frame', tag], `"${tag}" is not in \`languages\` of the pack`);
  }
  if (Object.keys(given.deliveries).length === 0)
    report(
      ['notices', 'deliveries'],
      'no kind of delivery, so no notice could be proven: add `letter: { label: … }`',
    );
  for (const [code, purpose] of Object.entries(source.purposes)) {
    const one = Object.hasOwn(given.purposes, code) ? given.purposes[code] : undefined;
    if (purpose.notice === 'none') {
      if (one) report(['notices', 'purposes', code], `${code} gives no notice: its law keeps it secret`);
      continue;
    }
    if (!one && (asks(purpose) || purpose.route === undefined))
      report(['purposes', code], `${code} has no notice: add \`${code}: …\` to \`purposes\` of \`notices\``, [
        'notices',
      ]);
    if (one && !one.retention && !purpose.lasts)
      report(
        ['notices', 'purposes', code, 'retention'],
        'the purpose has no `lasts`: add `retention: …` here',
      );
  }
}

/** Letters: each goes with a kind of task, says what the engine can know, and has a reader who may know it. */
export function letters(source: PackSource, _: Built, report: Report): void {
  const { causes = {}, unstatedCause } = source.casework?.incidents ?? {};
  if (unstatedCause !== undefined && !Object.hasOwn(causes, unstatedCause))
    report(['casework', 'incidents', 'unstatedCause'], `there is no cause "${unstatedCause}"`);
  for (const [name, { guarded, alone, parts, died }] of Object.entries(source.letters ?? {})) {
    if (guarded && !alone) report(['letters', name], 'a guarded letter says who reads it `alone`');
    // Otherwise its other readers would see that the person has died.
    if (died && !guarded) report(['letters', name, 'died'], 'a letter with `died` must be `guarded`');
    if (!source.notices) report(['letters', name], 'a letter needs `notices` that list kinds of delivery');
    for (const [index, { text }] of [...parts, ...(died?.parts ?? [])].entries())
      for (const [, fact = ''] of Object.values(text)
        .join(' ')
        .matchAll(/\{(\w+)\}/g))
        if (!FACTS.some((known) => known === fact))
          report(['letters', name, 'parts', index], `"{${fact}}" is none of ${FACTS.join(', ')}`);
  }
}

/** A pack that shows articles has one for each rule, and no others. */
export function articles(source: PackSource, _: Built, report: Report): void {
  const given = source.articles;
  if (!given) return;
  const named = new Set(Object.keys(source.rules).map(articleName));
  for (const rule of Object.keys(source.rules)) {
    const name = articleName(rule);
    if (!Object.hasOwn(given, name))
      report(['rules', rule], `"${rule}" has no article: add ${name} to \`articles\``, ['articles']);
  }
  for (const [name, { wording }] of Object.entries(given)) {
    if (!named.has(name)) report(['articles', name], `no rule belongs to "${name}"`);
    for (const tag of wording)
      if (!source.languages.includes(tag))
        report(['articles', name, 'wording'], `"${tag}" is not in \`languages\` of the pack`);
  }
}
