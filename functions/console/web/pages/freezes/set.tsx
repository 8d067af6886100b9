/** Freezes an office, an officer, a purpose, a class or a person, whose name is typed to confirm it. */
import { useSignal } from '@preact/signals';
import { route } from '../../frame/route.ts';
import { call } from '../../gateway/api.ts';
import { officeName, offices, policy, purposeName } from '../../gateway/reference.ts';
import { dotted, t } from '../../text.ts';
import { Act, type Field, reasonField } from '../../ui/act.tsx';
import { put } from '../../ui/kept.ts';

type Kind = 'agency' | 'officer' | 'purpose' | 'class' | 'subject';
type Values = Record<string, string>;

export function SetFreeze({ onDone }: { onDone(): void }) {
  const { freezes, act } = t();
  // An entry of the log leads here with its officer.
  const { query } = route.value;
  const [agency = '', officer = ''] = [query.get('agency') ?? '', query.get('officer') ?? ''];
  const first: Values = { kind: officer === '' ? '' : 'officer', agency, officer };
  const values = useSignal<Values>(first);
  const kind = values.value['kind'] as Kind | '';
  const name = nameOf(values.value);
  const fields: Field[] = [
    { name: 'kind', label: freezes.kind, options: Object.entries(freezes.kinds), value: first['kind'] ?? '' },
    ...(kind === '' ? [] : targetFields(kind, first)),
    ...(name === ''
      ? []
      : [
          {
            name: 'again',
            label: freezes.again(name),
            check: (typed: string) => (sameName(typed, name) ? null : freezes.notSame),
          },
        ]),
    reasonField(),
  ];
  return (
    <>
      <h2>{freezes.freeze}</h2>
      {kind !== '' && (
        <p class="bar warn" role="status">
          {freezes.stops[kind]}
        </p>
      )}
      <Act
        fields={fields}
        button={name === '' ? freezes.freeze : freezes.freezeThis(name)}
        danger
        onChange={(next) => put(values, { ...first, ...next })}
        run={async ({ again: _, reason, ...given }) => {
          const body = { target: targetOf(given), reason };
          // Not repeated: a second freeze would have to be lifted too. If the answer is lost, the list says what is in force.
          const { receipt } = await call('POST /v1/freezes', { body }).finally(onDone);
          return `${freezes.frozen} ${act.done(receipt.entry)}`;
        }}
      />
    </>
  );
}

/** Names are told apart by neither letter case nor spaces. */
const sameName = (typed: string, name: string) => plain(typed) === plain(name);
const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');

function targetFields(kind: Kind, first: Values): Field[] {
  const { freezes, inbox, log } = t();
  const office: Field = {
    ...{ name: 'agency', label: log.columns.office, path: '/target/agency', value: first['agency'] ?? '' },
    options: [...offices.value.keys()].map((id) => [id, `${officeName(id)} (${id})`]),
  };
  if (kind === 'agency') return [office];
  if (kind === 'officer') {
    const value = first['officer'] ?? '';
    return [office, { name: 'officer', label: freezes.officer, path: '/target/officer', value }];
  }
  if (kind === 'purpose') {
    const codes = Object.keys(policy.value?.purposes ?? {});
    const options = codes.map((code) => [code, dotted(code, purposeName(code))] as const);
    return [{ name: 'purpose', label: log.columns.purpose, path: '/target/purpose', options }];
  }
  if (kind === 'class') {
    const options = Object.keys(policy.value?.classes ?? {}).map((one) => [one, one] as const);
    return [{ name: 'class', label: freezes.class, path: '/target/class', options }];
  }
  return [{ name: 'ref', label: inbox.reference, path: '/target/subject' }];
}

/** The name to type again: what a person would call it. */
function nameOf({ kind, agency, officer, purpose, class: name, ref }: Values): string {
  if (kind === 'agency') return agency ? officeName(agency) : '';
  if (kind === 'officer') return agency ? (officer ?? '') : '';
  if (kind === 'purpose') return purpose ? purposeName(purpose) : '';
  return (kind === 'class' ? name : ref) ?? '';
}

function targetOf({ kind, agency = '', officer = '', purpose = '', class: name = '', ref = '' }: Values) {
  if (kind === 'subject') return { subject: { ref: ref.trim() } };
  if (kind === 'purpose') return { purpose };
  return kind === 'class'
    ? { class: name }
    : { agency, ...(kind === 'officer' && { officer: officer.trim() }) };
}
