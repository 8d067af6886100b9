/** Answers to people who inquire: what is shown of an endangered person, and that nothing in it tells that more is held. */

import { fieldsIn } from '../../pack/cells.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import { type Built, opensFrom } from '../build/build.ts';

const ROUTE = 'inquiries';
const headOf = (path: string) => path.split('.')[0] ?? '';

export function guardedAnswers(source: PackSource, { cells }: Built, report: Report): void {
  const redacting = source.verdicts.filter(({ redacts }) => redacts);
  const inquiries = source.casework?.inquiries;
  for (const { verdict, obligations } of redacting) {
    const path = ['verdicts', source.verdicts.findIndex((one) => one.verdict === verdict)];
    if (!inquiries)
      report(
        path,
        `"${verdict}" redacts, so the pack must say what is shown: casework.inquiries.guarded.shows`,
      );
    if (obligations.length > 0)
      report(path, `"${verdict}" redacts, and the inquirer would know it by its obligations`);
  }
  if (!inquiries) return;
  const { guarded, own = {}, never = {}, identity } = inquiries;
  const at = (...rest: string[]) => ['casework', 'inquiries', ...rest];
  const { shows, secret } = guarded;
  const served = Object.keys(source.purposes).filter((code) => source.purposes[code]?.route === ROUTE);
  const shown = new Set(shows.fields);
  for (const code of served) {
    if (!shows.purposes.includes(code))
      report(
        at('guarded', 'shows'),
        `"${code}" is the inquiry itself, which every answer lists: add it to purposes`,
      );
    for (const name of shown) {
      const cell = cells[code]?.[name];
      if (!cell) report(at('guarded', 'shows'), `${code} shows nobody "${name}"`);
      else if (cell.sources.some((one) => !shown.has(one)))
        report(at('guarded', 'shows'), `what ${code} says of "${name}" depends on a field that is not shown`);
    }
    for (const [name, { owners, virtual }] of Object.entries(source.fields))
      if (virtual && owners.length > 0 && cells[code]?.[name] && !shown.has(name))
        report(
          at('guarded', 'shows'),
          `"${name}" is made for every answer, so its absence tells: add it to fields`,
        );
  }
  const compared = guarded.who.flatMap((who) => {
    const { name, number, other } = identity[who] ?? { name: '', number: '' };
    return [name, number, other ?? name].map(headOf);
  });
  for (const name of new Set([...compared, source.areaField]))
    if (name !== '' && !shown.has(name))
      report(
        at('guarded', 'shows'),
        `every record that a desk reaches has "${name}", so its absence tells: add it`,
      );
  const reads = fieldsIn(secret, '').filter((name) => !compared.includes(name));
  for (const name of reads) {
    if (shown.has(name))
      report(at('guarded', 'shows'), `"${name}" says whether the person is endangered, so it can't be shown`);
    const held = source.fields[name]?.class ?? '';
    if (!served.every((code) => opensFrom(source, code, cells[code] ?? {}).has(held)))
      report(at('guarded', 'secret'), `the inquiry does not open "${name}": give it a cell there`);
    if (source.classes[held]?.restricted)
      report(at('guarded', 'secret'), `one clerk does not open "${name}", so it hides nothing`);
  }
  for (const who of Object.keys(never))
    if (!inquiries.who.includes(who)) report(at('never', who), `"${who}" is none who may inquire`);
  for (const [name, path] of Object.entries(own))
    if (!compared.includes(headOf(path)) || !path.includes('.'))
      report(at('own', name), `"${path}" is no member of what an inquirer's document is compared with`);
}
