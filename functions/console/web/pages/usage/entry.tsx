/** One use of the department's fields: whose, for what, in which form, and its proof, which the page checks. */

import type { Answer } from '../../../../../shared/contract/api.ts';
import { save } from '../../download.ts';
import { read } from '../../gateway/api.ts';
import {
  departmentName,
  fieldName,
  officeName,
  policyVersion,
  purposeName,
} from '../../gateway/reference.ts';
import { outcomeName } from '../../log/entries.ts';
import { number, t, time } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { Pane, Section } from '../../ui/pane.tsx';
import { PrintButton } from '../../ui/print-button.tsx';
import { Rule } from '../../ui/rule.tsx';
import { Shown, useLoad, useNamed } from '../../ui/state.tsx';
import { Facts } from '../../ui/table.tsx';
import { type CheckedUse, checkUse } from '../../verify/use.ts';

type OneUse = Answer<'GET /v1/usage/:id'>;

export function UsePane({ id, onClose }: { id: string; onClose(): void }) {
  const { usage, entry: text } = t();
  const loaded = useNamed(
    async (signal) => {
      const use = await read('GET /v1/usage/:id', { id }, signal);
      return { use, checked: await checkUse(use) };
    },
    [id],
  );
  return (
    <Pane title={usage.one} onClose={onClose}>
      <p class="faint">{usage.oneHint}</p>
      <Shown of={loaded}>
        {({ use, checked }) => (
          <>
            <About use={use} />
            <Section title={text.sections.proof}>
              <Proof checked={checked} />
            </Section>
            <p class="row">
              <Button
                onClick={() => save(`use-${use.id}.json`, JSON.stringify(use, null, 2), 'application/json')}
              >
                {usage.saveOne}
              </Button>
              <PrintButton />
            </p>
          </>
        )}
      </Shown>
    </Pane>
  );
}

function About({ use }: { use: OneUse }) {
  const { usage, entry: text, log } = t();
  // The rule of the version that decided, which may not be the one in force.
  const decided = useLoad(() => policyVersion(use.policy.hash), [use.policy.hash]);
  const departments = (use.departments ?? []).map(departmentName).join(', ');
  return (
    <>
      <Facts
        rows={[
          [usage.when, time(use.time)],
          [t().consents.recipient, `${officeName(use.recipient)} (${departments})`],
          [
            log.columns.purpose,
            use.purpose === undefined ? '–' : `${use.purpose} ${purposeName(use.purpose)}`,
          ],
          [t().inbox.case, use.case],
          [usage.person, use.person ?? usage.notNamed],
          [log.columns.outcome, outcomeName(use.outcome, use.kind)],
          [text.policyVersion, use.policy.version],
          [t().report.entry, use.id],
        ]}
      />
      <Section title={usage.fields}>
        <ul>
          {Object.entries(use.fields).map(([name, form]) => (
            <li key={name}>
              {fieldName(name)} · {log.forms[form] ?? form}
            </li>
          ))}
        </ul>
        {use.rule && <Rule rule={use.rule} view={decided.value} />}
      </Section>
    </>
  );
}

function Proof({ checked }: { checked: CheckedUse }) {
  const { usage } = t();
  if (checked.state === 'proven')
    return (
      <p class="good" role="status">
        ✓ {usage.proven(number(checked.index + 1), number(checked.size))}
      </p>
    );
  return (
    <p class={checked.state === 'untreed' ? '' : 'bad'} role="status">
      {checked.state === 'untreed' ? usage.untreed : `✗ ${usage[checked.state]}`}
    </p>
  );
}
