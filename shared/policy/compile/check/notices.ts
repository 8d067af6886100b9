/** Which purposes have a notice, and whether each says how long its data is kept. */
import { lacksNoticeWords } from '../../present/notice-words.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

export function notices(source: PackSource, _: Built, report: Report): void {
  const { notices: given, tasks = {} } = source;
  for (const [name, { delivers, proof }] of Object.entries(tasks)) {
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
        );
    return;
  }
  for (const tag of source.languages) {
    if (lacksNoticeWords(tag) && !given.frame?.[tag])
      report(
        ['notices'],
        `the engine has no words for a notice in ${tag}: add \`frame: { ${tag}: { title: … } }\``,
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
      report(['purposes', code], `${code} has no notice: add \`${code}: …\` to \`purposes\` of \`notices\``);
    if (one && !one.retention && !purpose.lasts)
      report(
        ['notices', 'purposes', code, 'retention'],
        'the purpose has no `lasts`: add `retention: …` here',
      );
  }
}
