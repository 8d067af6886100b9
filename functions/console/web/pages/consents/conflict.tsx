/** The flag that a person and its representative are in conflict: by two people of the bodies that may. No list shows it. */
import { call } from '../../gateway/api.ts';
import { t } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { subjectOf, whomFields } from '../../ui/whom.ts';

export function Conflict() {
  const { consents, second } = t();
  return (
    <details>
      <summary>{consents.conflict}</summary>
      <p class="faint">{consents.conflictHint}</p>
      <Act
        fields={[
          ...whomFields(),
          {
            ...{ name: 'state', label: consents.conflictState },
            options: (['set', 'lifted'] as const).map((state) => [state, consents.conflictStates[state]]),
          },
          {
            ...{ name: 'evidence', label: consents.scan, hint: consents.scanHint, optional: true },
            type: 'digest',
          },
          { name: 'entry', label: second.entry, hint: second.entryHint, optional: true },
          reasonField(),
        ]}
        button={consents.conflict}
        danger
        run={async ({ state = '', evidence, entry, reason, ...values }) => {
          const more = { ...(evidence && { evidence }), ...(entry && { entry }) };
          const body = { subject: subjectOf(values), state, reason, ...more };
          return call('POST /v1/conflicts', { body });
        }}
      />
    </details>
  );
}
