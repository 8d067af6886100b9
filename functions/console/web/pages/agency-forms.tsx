/** The forms of the register. What adds rights, keys or rates waits for a second steward. */
import type { AgencyView } from '../../../../shared/contract/office.ts';
import { LANGUAGES, type Language } from '../../../../shared/languages.ts';
import { call } from '../api.ts';
import { t } from '../text.ts';
import { Act, type Field, outcomeOf, reasonField } from '../ui/act.tsx';

type Values = Record<string, string>;

/** Rights that are lists of codes. */
const LISTS = ['departments', 'roles', 'areas', 'purposes', 'byPeople', 'actions'] as const;

const listOf = (text = '') => text.split(/[\s,，、]+/).filter((one) => one !== '');

export function RegisterForm({ onDone }: { onDone(): void }) {
  const { agencies } = t();
  return (
    <Act
      fields={[{ name: 'clientId', label: agencies.id }, ...rightsFields(), keysField(), reasonField()]}
      button={agencies.register}
      run={async (values) => {
        const body = { clientId: values['clientId'], ...rightsIn(values), ...keysIn(values) };
        return send('POST', '/v1/agencies', body, onDone);
      }}
    />
  );
}

export function ChangeForm({ one, onDone }: { one: AgencyView; onDone(): void }) {
  const { agencies } = t();
  const { activities, institution, people, rates } = one;
  return (
    <Act
      fields={[...rightsFields(one), reasonField()]}
      button={agencies.change}
      run={async (values) => {
        // What the form does not show stays as it is.
        // JSON leaves out what the office does not have.
        const body = { activities, institution, people, rates, ...rightsIn(values) };
        return send('PUT', `/v1/agencies/${one.clientId}`, body, onDone);
      }}
    />
  );
}

export function KeysForm({ one, onDone }: { one: AgencyView; onDone(): void }) {
  const { agencies } = t();
  return (
    <Act
      fields={[keysField(), reasonField()]}
      button={agencies.rekey}
      run={async (values) => {
        const body = { ...keysIn(values), reason: values['reason'] };
        return send('PUT', `/v1/agencies/${one.clientId}/jwks`, body, onDone);
      }}
    />
  );
}

async function send(method: string, path: string, body: object, onDone: () => void): Promise<string> {
  const answer = await call(method, path, body);
  onDone();
  return outcomeOf(answer);
}

function rightsFields(one?: AgencyView): Field[] {
  const { agencies } = t();
  const languages = new Set([...Object.keys(LANGUAGES), ...Object.keys(one?.name ?? {})]);
  return [
    ...[...languages].map(
      (code): Field => ({
        name: `name.${code}`,
        label: agencies.nameIn(LANGUAGES[code as Language]?.name ?? code),
        optional: true,
        ...(one && { value: one.name[code] ?? '' }),
      }),
    ),
    ...LISTS.map(
      (name): Field => ({
        name,
        label: agencies[name],
        hint: agencies.codes,
        optional: true,
        ...(one && { value: (one[name] ?? []).join(', ') }),
      }),
    ),
    {
      ...{ name: 'trainedUntil', label: agencies.training, hint: agencies.day },
      ...(one && { value: one.trainedUntil }),
    },
  ];
}

function rightsIn({ trainedUntil, reason, ...values }: Values) {
  const lists = Object.fromEntries(LISTS.map((list) => [list, listOf(values[list])]));
  const names = Object.entries(values).flatMap(([field, text]) => {
    const code = /^name\.(.+)$/.exec(field)?.[1];
    return code === undefined || text === '' ? [] : [[code, text]];
  });
  return { name: Object.fromEntries(names), ...lists, trainedUntil, reason };
}

function keysField(): Field {
  const { agencies } = t();
  return {
    name: 'jwks',
    label: agencies.jwks,
    hint: agencies.jwksHint,
    long: true,
    check: faultOf,
  };
}

/** A private key must not leave the page. */
function faultOf(text: string): string | null {
  const { agencies } = t();
  try {
    const { keys } = JSON.parse(text) as { keys: object[] };
    return keys.some((key) => 'd' in key || 'k' in key) ? agencies.privateKey : null;
  } catch {
    return agencies.noJwks;
  }
}

const keysIn = ({ jwks = '{}' }: Values) => ({ jwks: JSON.parse(jwks) as object });
