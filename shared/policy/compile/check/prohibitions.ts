/** What is prohibited can't be asked for and is refused first. */

import { releases } from '../../decide/consent.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import { isOfScript, UNSPACED } from '../../value/scripts.ts';
import { foldText } from '../../value/stop-words.ts';
import type { Built } from '../build/build.ts';

/** A prohibited code is not a purpose, no purpose is of the prohibited kind, and nothing releases for that kind. */
export function prohibited(source: PackSource, _: Built, report: Report): void {
  const { words, unspaced = [] } = source.stopWords;
  for (const script of UNSPACED) {
    if (!unspaced.includes(script) && words.some((word) => isOfScript(script, word)))
      report(['stopWords', 'words'], `${script} is written without spaces: add \`unspaced: [${script}]\``);
  }
  if (Object.keys(source.prohibited).length === 0)
    report(['prohibited'], 'the list of prohibited uses is empty: add one to `prohibited`');
  for (const code of Object.keys(source.prohibited)) {
    if (Object.hasOwn(source.purposes, code))
      report(['purposes', code], `${code} is a prohibited use and can't be a purpose`);
  }
  const [kind, ...more] = Object.keys(source.kinds).filter((name) => source.kinds[name]?.prohibited);
  if (kind === undefined || more.length > 0) {
    const fault =
      'is the one of prohibited uses: write `{ facts: [], needsConsent: false, prohibited: true }`';
    report(['kinds'], `${kind === undefined ? 'no kind' : 'more than one kind'} ${fault}`);
    return;
  }
  for (const [code, { kinds }] of Object.entries(source.purposes)) {
    if (kinds.some((ground) => ground.kind === kind))
      report(['purposes', code, 'kinds'], 'no purpose is of the prohibited kind');
  }
  const { variants } = source.stopWords;
  for (const [code, { reasons = {}, demands }] of Object.entries(source.purposes)) {
    const at = ['purposes', code, 'reasons'];
    if (Object.keys(reasons).length > 0 && !demands.includes('reason'))
      report(at, 'reasons are listed, so the purpose demands one: add `reason` to `demands`');
    for (const [name, text] of Object.entries(reasons)) {
      if (
        Object.values(text).some((one) =>
          source.stopWords.words.some((word) => foldText(one, variants).includes(foldText(word, variants))),
        )
      )
        report(
          [...at, name],
          'this reason holds a stop word, and a person would weigh each request that gives it',
        );
    }
  }
  const first = source.sections[0];
  const alone = Object.keys(first?.when ?? {}).length === 1 && first?.when[source.evidence.kind] === kind;
  const row = first?.rows[0];
  if (!alone || !row || Object.keys(row.when).length > 0 || releases(source, row.verdict)) {
    report(
      ['sections', 0],
      'the first section refuses the prohibited kind without condition: its `when` names the kind, and `when: {}` its one row',
    );
  }
}
