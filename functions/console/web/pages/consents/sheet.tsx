/** A consent as its pane shows it, and as a sheet to sign: its number stands there once it is filed. */
import type { Consent } from '../../../../../shared/contract/casework.ts';
import { fieldName, officeName, policy, purposeName } from '../../gateway/reference.ts';
import { person } from '../../gateway/session.ts';
import { deadline, dotted, label, t, time, visible } from '../../text.ts';
import { Lines } from '../../ui/lines.tsx';
import { type Fact, Facts } from '../../ui/table.tsx';
import { giverName } from '../../ui/whom.ts';

/** What a sheet needs; `id` and `entry` are there once it is filed. */
export type ConsentToShow = Pick<Consent, 'purpose' | 'recipient' | 'fields' | 'giver'> &
  Partial<Omit<Consent, 'purpose' | 'recipient' | 'fields' | 'giver'>>;

/** @param notice the text that was read */
export function ConsentSheet({ one, notice }: { one: ConsentToShow; notice?: string | undefined }) {
  const { consents, whom, log } = t();
  const kept = policy.value?.purposes[one.purpose]?.validity;
  const rows: Fact[] = [
    [consents.number, one.id],
    [log.columns.purpose, `${one.purpose} ${purposeName(one.purpose)}`],
    [consents.recipient, officeName(one.recipient)],
    [t().log.columns.fields, one.fields.map(fieldName).join(' · ')],
    [consents.giver, dotted(giverName(one.giver), relationName(one.relation))],
    [consents.officers, one.officers?.join(', ')],
    [
      consents.says,
      one.act &&
        dotted(
          consents.statements[one.act] ?? one.act,
          one.says && (consents.statements[one.says] ?? one.says),
        ),
    ],
    [consents.method, one.method && (consents.methods[one.method] ?? one.method)],
    [consents.from, one.from && time(one.from, 'short')],
    [consents.until, one.until && deadline(one.until)],
    [t().policyPage.validity, kept && label({ label: kept })],
    [consents.scan, one.evidence && t().act.digest(one.evidence.slice(0, 16))],
    [consents.filedBy, one.filedBy && dotted(officeName(one.filedBy), one.entry)],
    [
      consents.confirmed,
      one.confirmed && dotted(officeName(one.confirmed.by), time(one.confirmed.at, 'short')),
    ],
  ];
  return (
    <div class="paper">
      <h3>{consents.sheet}</h3>
      <Facts rows={rows} />
      {notice && (
        <blockquote>
          <Lines text={notice} />
        </blockquote>
      )}
      <p class="signature">
        <span>
          {whom.signature} ({giverName(one.giver)})
        </span>
        <span>
          {whom.clerk}: {visible(person.value?.name ?? '')}
        </span>
        <span>{whom.date}</span>
      </p>
    </div>
  );
}

export const relationName = (word = '') => label(policy.value?.desk.relations[word], word);
