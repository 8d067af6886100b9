import type { PolicyChange } from '../../../../../shared/contract/office.ts';
import { policy, purposeName } from '../../gateway/reference.ts';
import { label, number, t } from '../../text.ts';
import { Table } from '../../ui/table.tsx';

/** What changes from one version of the policy to another, in words. */
export function Differences({ changes }: { changes: readonly PolicyChange[] }) {
  const { policyPage } = t();
  return (
    <>
      <p role="status">
        <b>{inShort(changes)}</b>
      </p>
      <Table
        title={policyPage.what}
        heads={[policyPage.what, policyPage.before, policyPage.after, '']}
        rows={changes.map((one) => [
          one.what.split(' / ').map(nameOf).join(' › '),
          <span key="before" class="bad">
            – {one.before}
          </span>,
          <span key="after" class="good">
            + {one.after}
          </span>,
          one.needsDeployment && policyPage.deployFirst,
        ])}
      />
    </>
  );
}

/** From what reveals least to what reveals most. */
const FORMS = [['nothing', 'none'], ['predicate'], ['token'], ['generalised'], ['masked'], ['plain']];
const widthOf = (cell: string) => FORMS.findIndex((names) => names.includes(cell.split(/[ :(]/)[0] ?? ''));

/** How many cells widen or narrow, and how many other rules change. */
function inShort(changes: readonly PolicyChange[]): string {
  const { purposes = {}, fields = {} } = policy.value ?? {};
  const counts = { wider: 0, narrower: 0, rules: 0 };
  for (const { what, before, after } of changes) {
    const [purpose = '', field = '', ...more] = what.split(' / ');
    const isCell = more.length === 0 && Object.hasOwn(purposes, purpose) && Object.hasOwn(fields, field);
    const by = isCell ? widthOf(after) - widthOf(before) : 0;
    counts[by > 0 ? 'wider' : by < 0 ? 'narrower' : 'rules'] += 1;
  }
  const { wider, narrower, rules } = counts;
  return t().policyPage.inShort(number(wider), number(narrower), number(rules));
}

/** The name of a purpose, field, department or role; other parts of a path stay as the pack has them. */
function nameOf(part: string): string {
  const { purposes, prohibited, fields, departments, roles } = policy.value ?? {};
  if (purposes?.[part] || prohibited?.[part]) return `${part} ${purposeName(part)}`;
  return label(fields?.[part] ?? departments?.[part] ?? roles?.[part], part);
}
