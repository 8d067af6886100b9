import type { PolicyChange } from '../../../../shared/contract/office.ts';
import { policy, purposeName } from '../reference.ts';
import { label, t } from '../text.ts';

/** What changes from one version of the policy to another, in words. */
export function Differences({ changes }: { changes: readonly PolicyChange[] }) {
  const { policyPage } = t();
  return (
    <table>
      <thead>
        <tr>
          {[policyPage.what, policyPage.before, policyPage.after, ''].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map((one) => (
          <tr key={one.what}>
            <td>{one.what.split(' / ').map(nameOf).join(' › ')}</td>
            <td class="bad">– {one.before}</td>
            <td class="good">+ {one.after}</td>
            <td>{one.needsDeployment && policyPage.deployFirst}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The name of a purpose, field, department or role; other parts of a path stay as the pack has them. */
function nameOf(part: string): string {
  const { purposes, prohibited, fields, departments, roles } = policy.value ?? {};
  if (purposes?.[part] || prohibited?.[part]) return `${part} ${purposeName(part)}`;
  return label(fields?.[part] ?? departments?.[part] ?? roles?.[part], part);
}
