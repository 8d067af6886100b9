/** Forms that are made from the contract, on this page and for acts of others. */
import { useSignal } from '@preact/signals';
import type { Json } from '../../../../../shared/json.ts';
import { callNamed } from '../../gateway/asking.ts';
import { loadReference, me } from '../../gateway/reference.ts';
import { language, t } from '../../text.ts';
import { Act, type Field, type Outcome, outcomeOf } from '../../ui/act.tsx';
import { put } from '../../ui/kept.ts';
import { Section } from '../../ui/pane.tsx';
import { askOf, fieldsOf } from '../../ui/schema-form.ts';
import { Shown, useLoad } from '../../ui/state.tsx';
import { purposeField } from '../../ui/whom.ts';
import { type Deed, readDeeds } from './document.ts';

/** Of a call for one purpose: what its token says. */
function purposeFields(): Field[] {
  const { asking, act } = t();
  return [
    purposeField(me.value?.byPeople ?? []),
    { name: 'case', label: asking.case, optional: true },
    { name: 'reason', label: act.reason, hint: act.reasonHint },
  ];
}

/** @param onAnswer `null` while there is none */
export function DeedForm({ one, onAnswer }: { one: Deed; onAnswer(answer: Json | null): void }) {
  const { acts } = t();
  const isRead = one.line.startsWith('GET ');
  return (
    <Act
      fields={[...(one.purposeful ? purposeFields() : []), ...one.places.flatMap(fieldsOf)]}
      button={isRead ? acts.read : acts.run}
      danger={one.line.startsWith('DELETE ')}
      keeps={isRead}
      run={async ({ purpose = '', case: of, reason, ...values }) => {
        onAnswer(null);
        const details = { purpose, ...(of && { case: of }), ...(reason && { reason }) };
        const given = await callNamed(one, askOf(one.places, values), details);
        onAnswer(given);
        return (given as Outcome).receipt ? outcomeOf(given as Outcome) : acts.done;
      }}
    />
  );
}

/** Those of some acts that the person may do, read once they are wanted. */
export function Deeds({ title, hint, ...forms }: { title: string; hint?: string } & FormsProps) {
  const isOpen = useSignal(false);
  return (
    <details onToggle={({ currentTarget: { open } }) => put(isOpen, open)}>
      <summary>{title}</summary>
      {hint && <p class="faint">{hint}</p>}
      {isOpen.value && <Forms key={language.value} {...forms} />}
    </details>
  );
}

interface FormsProps {
  lines: readonly string[];
  onDone?(): void;
}

function Forms({ lines, onDone }: FormsProps) {
  const loaded = useLoad(async (signal) => {
    const [all] = await Promise.all([readDeeds(signal), loadReference()]);
    return lines.flatMap((line) => all.find((one) => one.line === line) ?? []);
  }, []);
  return (
    <Shown of={loaded}>
      {(deeds) =>
        deeds.map((one) => (
          <Section key={one.id} title={one.summary}>
            <DeedForm one={one} onAnswer={(answer) => answer !== null && onDone?.()} />
          </Section>
        ))
      }
    </Shown>
  );
}
