import type { Whoami } from '../../../shared/contract/office.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { spoken, texts } from '../messages/language.ts';
import { pairs } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';

const { whoami: t } = await texts('login');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** `fieldgate whoami` */
export function registerWhoami(program: Command): void {
  program
    .command('whoami')
    .description(about.whoami)
    .option('--officer <name>', t.officer)
    .option('--purpose <code>', w.purposeForVerifiers)
    .runs<{ purpose?: string; officer?: string }>(async (options) => {
      const { gate } = await open(options, options.purpose);
      const agency = await gate.whoami(options.officer === undefined ? {} : { officer: options.officer });
      print(options, agency, () => inWords(agency));
    });
}

function inWords(agency: Whoami): string {
  const names = (list: string[]) => list.join(', ') || '–';
  const skew = agency.clockSkew ?? 0;
  const { requests, people, misses } = agency.limits;
  const today = ({ left, limit }: { left: number; limit: number }) => t.today(left, limit);
  return pairs([
    [w.clientId, agency.clientId],
    ...(agency.suspended ? [[t.suspended, spoken(agency.suspended)] as const] : []),
    [w.name, spoken(agency.name)],
    [w.departments, names(agency.departments)],
    [w.roles, names(agency.roles)],
    [w.areas, names(agency.areas)],
    [w.purposes, names(agency.purposes)],
    [w.actions, names(agency.actions.map(word))],
    [w.trainedUntil, agency.trainedUntil],
    [w.keys, names(agency.keys.map(({ kid, use }) => `${use} ${kid}`))],
    ...(agency.person
      ? [[t.person, `${agency.person.name}: ${names(agency.person.actions.map(word))}`] as const]
      : []),
    [t.requests, t.minute(requests.agency.left, requests.agency.limit)],
    ...(requests.officer
      ? [[t.ofOfficer, t.minute(requests.officer.left, requests.officer.limit)] as const]
      : []),
    ...(people?.tiers ?? []).map(
      ({ tier, levels: _, ...count }) => [t.people(word(tier)), today(count)] as const,
    ),
    ...(misses
      ? [
          [t.misses, today(misses.agency)] as const,
          ...(misses.officer ? [[t.ofOfficer, today(misses.officer)] as const] : []),
          [t.inRequests, today(misses.requests)] as const,
          [t.checks, today(misses.checks)] as const,
          [t.leaks, today(misses.leaks)] as const,
        ]
      : []),
    [t.clock, Math.abs(skew) < 2 ? t.inStep : t.ahead(skew)],
  ]);
}
