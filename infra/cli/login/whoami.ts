import type { Whoami } from '../../../shared/contract/office.ts';
import type { Command } from '../command.ts';
import { open, print } from '../common.ts';
import { pairs } from '../terminal/table.ts';

/** `fieldgate whoami` */
export function registerWhoami(program: Command): void {
  program
    .command('whoami')
    .description("show the agency's registration: areas, purposes, keys, and the rest of its limits")
    .option('--officer <name>', "also show the rest of this officer's limits")
    .option('--purpose <code>', 'a purpose of the agency; needed only by agencies that only verify')
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
  const today = ({ left, limit }: { left: number; limit: number }) => `${left} of ${limit} left today`;
  return pairs([
    ['client id', agency.clientId],
    ['name', `${agency.name} (${agency.zh})`],
    ['departments', names(agency.departments)],
    ['roles', names(agency.roles)],
    ['areas', names(agency.areas)],
    ['purposes', names(agency.purposes)],
    ['actions', names(agency.actions)],
    ['trained until', agency.trainedUntil],
    ['keys', names(agency.keys.map(({ kid, use }) => `${use} ${kid}`))],
    ...(agency.person ? [['person', `${agency.person.name}: ${names(agency.person.actions)}`] as const] : []),
    ['requests', `${requests.agency.left} of ${requests.agency.limit} left this minute`],
    ...(requests.officer
      ? [
          [
            'of the officer',
            `${requests.officer.left} of ${requests.officer.limit} left this minute`,
          ] as const,
        ]
      : []),
    ...(people?.tiers ?? []).map(({ tier, ...count }) => [`people, ${tier}`, today(count)] as const),
    ...(misses
      ? [
          ['unanswered people', today(misses.agency)] as const,
          ...(misses.officer ? [['of the officer', today(misses.officer)] as const] : []),
          ['people in requests', today(misses.requests)] as const,
          ['unconfirmed checks', today(misses.checks)] as const,
          ['leak checks without a match', today(misses.leaks)] as const,
        ]
      : []),
    ['clock', Math.abs(skew) < 2 ? 'in step with the gateway' : `${skew} s ahead of the gateway`],
  ]);
}
