import type { PolicyChange } from '../../../../shared/contract/office.ts';
import { t } from '../text.ts';

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
            <td>{one.what}</td>
            <td class="bad">– {one.before}</td>
            <td class="good">+ {one.after}</td>
            <td>{one.needsDeployment && policyPage.deployFirst}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
