import type { WaitingChange } from '../../../../shared/contract/office.ts';
import { call } from '../api.ts';
import { t, visible } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
import { Section } from '../ui/pane.tsx';

/** Members of the register whose word is another one here. */
const WORDS: Readonly<Record<string, 'training' | 'state' | 'keys'>> = {
  ...{ trainedUntil: 'training', suspended: 'state', jwks: 'keys' },
};

/** @returns the code of a member that the register does not show */
function memberName(what: string) {
  const words: Readonly<Record<string, unknown>> = t().agencies;
  const word = words[WORDS[what] ?? what];
  return typeof word === 'string' ? word : <span class="mono">{visible(what)}</span>;
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
  const { agencies, act, second } = t();
  const shown = (value: unknown) => (value === null ? '–' : visible(JSON.stringify(value)));
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
              {shown(before)} → {shown(after)}
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
            const { receipt } = await call('POST', `/v1/agencies/${one.clientId}/confirm`, body);
            onDone();
            return act.done(receipt?.entry ?? '');
          }}
        />
      )}
    </Section>
  );
}
