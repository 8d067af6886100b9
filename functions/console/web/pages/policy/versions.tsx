/** Published versions of the policy, and the differences between any two of them. */

import { useSignal } from '@preact/signals';
import { read } from '../../gateway/api.ts';
import { may } from '../../gateway/session.ts';
import { t, time } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/choose.tsx';
import { put } from '../../ui/kept.ts';
import { Shown, useLoad } from '../../ui/state.tsx';
import { Differences } from './differences.tsx';
import { Publish } from './publish.tsx';

export function Versions() {
  const { policyPage } = t();
  /** The later one of a comparison; the one in force unless another was chosen. */
  const after = useSignal('');
  const before = useSignal<string | null>(null);
  const loaded = useLoad(async (signal) => (await read('GET /v1/policy/versions', {}, signal)).versions, []);
  return (
    <Shown of={loaded}>
      {(versions) => {
        const against = after.value || versions.find(({ inForce }) => inForce)?.hash;
        return (
          <>
            <p class="row">
              {policyPage.after}
              <Select
                label={policyPage.after}
                value={against ?? ''}
                options={versions.map(({ hash, version }) => [hash, `${version} ${hash.slice(0, 12)}`])}
                onPick={(hash) => {
                  after.value = hash;
                  before.value = null;
                }}
              />
            </p>
            <table>
              <tbody>
                {versions.map((one) => (
                  <tr key={one.hash}>
                    <td class="whole">{one.version}</td>
                    <td class="mono whole">{one.hash.slice(0, 12)}</td>
                    <td>{one.publishedAt && time(one.publishedAt, 'short')}</td>
                    <td>
                      {[one.inForce && policyPage.inForce, one.shipped && policyPage.shipped]
                        .filter(Boolean)
                        .join(', ')}
                    </td>
                    <td>
                      {against && one.hash !== against && (
                        <Button onClick={() => put(before, one.hash)}>{policyPage.compare}</Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {before.value && against && (
              <Compared key={before.value + against} before={before.value} after={against} />
            )}
            {may('steward') && <Publish onDone={loaded.reload} />}
          </>
        );
      }}
    </Shown>
  );
}

function Compared({ before, after }: { before: string; after: string }) {
  const loaded = useLoad(
    async (signal) =>
      (await read('GET /v1/policy/versions/:a/diff/:b', { a: before, b: after }, signal)).changes,
    [before, after],
  );
  return (
    <Shown
      of={loaded}
      rows={2}
      empty={{ when: (changes) => changes.length === 0, text: t().policyPage.same }}
    >
      {(changes) => <Differences changes={changes} />}
    </Shown>
  );
}
