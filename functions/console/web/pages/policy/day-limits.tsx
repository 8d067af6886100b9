/** What the policy limits in a day for a purpose: of an officer by the fields that it shows, and of the whole office. */
import type { PolicyView } from '../../gateway/reference.ts';
import { number, t } from '../../text.ts';
import { Rule } from '../../ui/rule.tsx';

/** Forms that count as the mildest level, whatever the field. */
const MILD: ReadonlySet<string> = new Set(['predicate', 'token']);

export function DayLimits({ view, code }: { view: PolicyView; code: string }) {
  const { policyPage } = t();
  const { volume, misses } = view.day;
  const purpose = view.purposes[code];
  const isCheck = purpose?.route === 'verifications';
  // Counts, cards and the other routes of their own have other limits, which no office spends by asking.
  const isRelease = purpose !== undefined && purpose.route === undefined;
  if (!(isRelease || isCheck) || (!volume && !misses)) return null;
  const tiers = isRelease ? tiersOf(view, code) : [];
  const stops = purpose.volume !== 'alert';
  return (
    <>
      <dt>{policyPage.day}</dt>
      <dd>
        <ul>
          {tiers.map(({ name, levels, alert, stop }) => (
            <li key={name}>
              {(stops ? policyPage.dayTier : policyPage.dayTierAlert)(
                levels.join(', '),
                number(alert),
                number(stop),
              )}
            </li>
          ))}
          {misses && (
            <li>
              {isCheck
                ? policyPage.dayChecks(number(misses.checks))
                : policyPage.dayMisses(number(misses.agency), number(misses.officer))}
            </li>
          )}
        </ul>
        <Rule rule={(volume ?? misses)?.rule ?? ''} view={view} />
      </dd>
    </>
  );
}

/** The tiers in which people count to whom the purpose's fields are shown. */
function tiersOf({ day, fields, matrix }: PolicyView, code: string) {
  const tiers = day.volume?.tiers ?? [];
  const reached = new Set(
    Object.entries(matrix).flatMap(([field, row]) => {
      const cell = row[code];
      if (!cell) return [];
      return MILD.has(cell.form)
        ? [tiers.at(-1)]
        : [tiers.find(({ levels }) => levels.includes(fields[field]?.level ?? ''))];
    }),
  );
  return tiers.filter((one) => reached.has(one));
}
