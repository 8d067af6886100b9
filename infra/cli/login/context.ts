/** `fieldgate context`: the logins and the offices with keys here, side by side, and which login comes first. */

import type { Command } from '../command.ts';
import { print } from '../common.ts';
import { keysHere } from '../identity/agency-file.ts';
import { type Login, logins, writeLogin } from '../identity/login-file.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { safe, table } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';

const { context: t } = await texts('login');

export function registerContext(program: Command): void {
  program
    .command('context')
    .argument('[name]', t.name)
    .runs((options, name: string | undefined) => {
      const known = logins().filter(({ issuer }) => at(options.url, issuer));
      if (name !== undefined) writeLogin(only(known, name, options.as));
      const people = logins().map(({ issuer, clientId, person, expires }, index) => {
        return { person, office: clientId, gateway: issuer, expires: new Date(expires), first: index === 0 };
      });
      const offices = keysHere();
      print(options, { people, offices }, () => inWords(people, offices));
    });
}

const at = (url: string | undefined, issuer: string) =>
  url === undefined || url.replace(/\/$/, '') === issuer;

/** @throws UsageError unless one login has this name */
function only(known: readonly Login[], name: string, as: string | undefined): Login {
  const [one, another] = known.filter(
    ({ person, clientId }) => person === name && (as === undefined || as === clientId),
  );
  if (!one) throw new UsageError(t.notLoggedIn(name));
  if (another) throw new UsageError(t.several(name));
  return one;
}

interface Person {
  person: string;
  office: string;
  gateway: string;
  expires: Date;
  first: boolean;
}

function inWords(people: readonly Person[], offices: readonly { office: string; gateway: string }[]): string {
  const rows = people.map(({ person, office, gateway, expires, first }) => {
    return [first ? '→' : '', safe(person), safe(office), safe(gateway), timeOf(expires.getTime())];
  });
  const keys = offices.map(({ office, gateway }) => [safe(office), safe(gateway)]);
  return [
    rows.length === 0 ? t.nobody : table(['', t.person, t.office, t.gateway, t.until], rows),
    keys.length === 0 ? '' : `\n${table([t.keysOf, t.gateway], keys)}`,
  ].join('');
}
