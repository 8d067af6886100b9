/** The forms of the register. What adds rights, keys or rates waits for a second steward. */
import { useSignal } from '@preact/signals';
import type { AgencyView } from '../../../../../shared/contract/office.ts';
import { LANGUAGES, type Language } from '../../../../../shared/languages.ts';
import { call } from '../../gateway/api.ts';
import { t, visible } from '../../text.ts';
import { Act, type Field, reasonField } from '../../ui/act.tsx';
import { put } from '../../ui/kept.ts';

type Values = Record<string, string>;

/** Rights that are lists of codes. */
const LISTS = ['departments', 'roles', 'areas', 'purposes', 'byPeople', 'actions'] as const;

const listOf = (text = '') => text.split(/[\s,，、]+/).filter((one) => one !== '');

export function RegisterForm({ onDone }: { onDone(): void }) {
  const { agencies } = t();
  return (
    <Act
      fields={[{ name: 'clientId', label: agencies.id }, ...rightsFields(), ...keysFields(), reasonField()]}
      button={agencies.register}
      run={async (values) => {
        const body = { clientId: values['clientId'], ...rightsIn(values), ...keysIn(values) };
        return call('POST /v1/agencies', { body: body as never });
      }}
      onDone={onDone}
    />
  );
}

export function ChangeForm({ one, onDone }: { one: AgencyView; onDone(): void }) {
  const { agencies } = t();
  const { activities, contracts, institution, people, rates } = one;
  const typed = useSignal<Values | null>(null);
  return (
    <Act
      fields={[...rightsFields(one), reasonField()]}
      button={agencies.change}
      onChange={(values) => put(typed, values)}
      run={async (values) => {
        // What the form does not show stays as it is.
        // JSON leaves out what the office does not have.
        const body = { activities, contracts, institution, people, rates, ...rightsIn(values) };
        return call('PUT /v1/agencies/:id', { id: one.clientId, body: body as never });
      }}
      onDone={onDone}
    >
      {typed.value && <Difference before={one} after={typed.value} />}
    </Act>
  );
}

/** What the change adds and takes away, before it is sent. */
function Difference({ before, after }: { before: AgencyView; after: Values }) {
  const { agencies } = t();
  const { name, trainedUntil, ...lists } = rightsIn(after);
  const texts = [
    ...Object.keys({ ...before.name, ...name }).map(
      (code) => [agencies.name, before.name[code] ?? '', name[code] ?? ''] as const,
    ),
    [agencies.training, before.trainedUntil, trainedUntil ?? ''] as const,
  ].filter(([, was, is]) => was !== is);
  const codes = LISTS.flatMap((list) => {
    const [was, is] = [before[list] ?? [], lists[list] ?? []];
    const marks = [
      ...is.filter((code) => !was.includes(code)).map((code) => `+ ${code}`),
      ...was.filter((code) => !is.includes(code)).map((code) => `− ${code}`),
    ];
    return marks.length === 0 ? [] : [[agencies[list], marks.join(', ')] as const];
  });
  if (texts.length + codes.length === 0) return <p class="faint">{agencies.same}</p>;
  return (
    <dl>
      {texts.map(([what, was, is]) => (
        <div key={`${what} ${was}`}>
          <dt>{what}</dt>
          <dd>
            {visible(was)} → {visible(is)}
          </dd>
        </div>
      ))}
      {codes.map(([what, marks]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd class="mono">{visible(marks)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function KeysForm({ one, onDone }: { one: AgencyView; onDone(): void }) {
  const { agencies } = t();
  return (
    <Act
      fields={[...keysFields(), reasonField()]}
      button={agencies.rekey}
      run={async (values) => {
        const body = { ...keysIn(values), reason: values['reason'] };
        return call('PUT /v1/agencies/:id/jwks', { id: one.clientId, body: body as never });
      }}
      onDone={onDone}
    />
  );
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
        hint: name === 'actions' ? agencies.oversight : agencies.codes,
        optional: true,
        ...(one && { value: (one[name] ?? []).join(', ') }),
      }),
    ),
    {
      ...{ name: 'trainedUntil', label: agencies.training, type: 'date' as const },
      ...(one && { value: one.trainedUntil }),
    },
  ];
}

function rightsIn({ trainedUntil, reason, ...values }: Values) {
  const lists = Object.fromEntries(LISTS.map((list) => [list, listOf(values[list])])) as Record<
    (typeof LISTS)[number],
    string[]
  >;
  const names = Object.entries(values).flatMap(([field, text]) => {
    const code = /^name\.(.+)$/.exec(field)?.[1];
    return code === undefined || text === '' ? [] : [[code, text]];
  });
  return { name: Object.fromEntries(names) as Values, ...lists, trainedUntil, reason };
}

/** By paste, as a file, or by the address from which the gateway reads them. */
function keysFields(): Field[] {
  const { agencies } = t();
  const keys = { optional: true, check: faultOf };
  return [
    { name: 'jwks', label: agencies.jwks, hint: agencies.jwksHint, long: true, ...keys },
    { name: 'file', label: agencies.jwksFile, type: 'text-file', path: '/jwks', ...keys },
    { name: 'jwksUri', label: agencies.jwksUri, hint: agencies.jwksUriHint, optional: true },
  ];
}

/** What only a private or a shared key has. */
const SECRET = ['d', 'k'];
/** Kinds of keys that sign; answers are sealed to a key on P-256 alone. */
const SIGN = ['EC', 'OKP', 'RSA'];

/** A private key must not leave the page. */
function faultOf(text: string): string | null {
  const { agencies } = t();
  try {
    const { keys } = JSON.parse(text) as { keys: Record<string, unknown>[] };
    if (keys.some((key) => SECRET.some((member) => member in key))) return agencies.privateKey;
    const good = keys.every(
      ({ kty, crv, use }) =>
        (use === 'sig' && SIGN.includes(String(kty))) || (use === 'enc' && kty === 'EC' && crv === 'P-256'),
    );
    return good ? null : agencies.keyKind;
  } catch {
    return agencies.noJwks;
  }
}

function keysIn({ jwks, file, jwksUri }: Values) {
  const text = jwks ?? file;
  return jwksUri === undefined ? { jwks: JSON.parse(text ?? '{}') as object } : { jwksUri: jwksUri.trim() };
}
