import type { WaitingChange } from '../../../../../shared/contract/office.ts';
import type { Text } from '../../../../../shared/language.ts';
import { call } from '../../gateway/api.ts';
import { t, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Section } from '../../ui/pane.tsx';

/** Members of the register whose word is another one here. */
const WORDS: Readonly<Record<string, 'id' | 'training' | 'state' | 'keys'>> = {
  ...{ clientId: 'id', trainedUntil: 'training', suspended: 'state', jwks: 'keys' },
};

/** @returns the code of a member that the register does not show */
function memberName(what: string) {
  const words: Readonly<Record<string, unknown>> = t().agencies;
  const word = words[WORDS[what] ?? what];
  return typeof word === 'string' ? word : <span class="mono">{visible(what)}</span>;
}

function valueInWords(what: string, value: unknown): string {
  const { agencies } = t();
  if (value === null) return '–';
  if (what === 'suspended') return value === true ? agencies.suspended : agencies.active;
  // In every language: what the second steward does not read would be confirmed unseen.
  if (what === 'name')
    return visible(
      Object.entries(value as Text)
        .map(([tag, text]) => `${tag}: ${text}`)
        .join(' · '),
    );
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return visible(value.join(', '));
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What one steward proposed, for another to read and confirm. */
export function ToConfirm({
  one,
  own = false,
  kbd,
  onDone,
}: {
  one: WaitingChange;
  own?: boolean;
  /** The key that leads to it. */
  kbd?: string;
  onDone(): void;
}) {
  const { agencies, second } = t();
  return (
    <Section title={`${agencies.waits}: ${one.clientId}`}>
      <p>
        {visible(one.officer)}: {visible(one.reason)} <span class="mono faint">{one.entry}</span>
      </p>
      <dl>
        {one.difference.map(({ what, before, after, wider }) => (
          <>
            <dt>
              {memberName(what)} {wider && <span class="mark">{agencies.wider}</span>}
            </dt>
            <dd class="mono">
              {before === null
                ? valueInWords(what, after)
                : `${valueInWords(what, before)} → ${valueInWords(what, after)}`}
            </dd>
          </>
        ))}
      </dl>
      {own ? (
        <p class="faint">{second.own}</p>
      ) : (
        <Act
          fields={[reasonField()]}
          button={agencies.confirm}
          {...(kbd !== undefined && { kbd })}
          run={async (values) => {
            const body = { ...values, entry: one.entry };
            return call('POST /v1/agencies/:id/confirm', { id: one.clientId, body });
          }}
          onDone={onDone}
        />
      )}
    </Section>
  );
}
