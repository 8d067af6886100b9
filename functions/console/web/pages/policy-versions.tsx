/** Published versions of the policy, and the differences between an earlier one and the one in force. */

import { useSignal } from '@preact/signals';
import type { PolicyChange, PolicyVersion } from '../../../../shared/contract/office.ts';
import { call, read } from '../api.ts';
import { person } from '../session.ts';
import { t, time } from '../text.ts';
import { Act, outcomeOf, reasonField } from '../ui/act.tsx';
import { Button } from '../ui/button.tsx';
import { Shown, useLoad } from '../ui/state.tsx';

export function Versions() {
  const { policyPage } = t();
  const changes = useSignal<PolicyChange[] | null>(null);
  const loaded = useLoad(
    async (signal) => (await read('/v1/policy/versions', { signal })).versions as PolicyVersion[],
    [],
  );
  return (
    <Shown of={loaded}>
      {(versions) => {
        const now = versions.find(({ inForce }) => inForce);
        return (
          <>
            <table>
              <tbody>
                {versions.map((one) => (
                  <tr key={one.hash}>
                    <td>{one.version}</td>
                    <td class="mono">{one.hash.slice(0, 12)}</td>
                    <td>{one.publishedAt && time(one.publishedAt, 'short')}</td>
                    <td>
                      {[one.inForce && policyPage.inForce, one.shipped && policyPage.shipped]
                        .filter(Boolean)
                        .join(', ')}
                    </td>
                    <td>
                      {now && one.hash !== now.hash && (
                        <Button
                          onClick={() =>
                            void read(`/v1/policy/versions/${one.hash}/diff/${now.hash}`).then((answer) => {
                              changes.value = answer.changes;
                            })
                          }
                        >
                          {policyPage.compare}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {changes.value &&
              (changes.value.length === 0 ? (
                <p>{policyPage.same}</p>
              ) : (
                <Differences changes={changes.value} />
              ))}
            {person.value?.actions.includes('steward') && <Publish onDone={loaded.reload} />}
          </>
        );
      }}
    </Shown>
  );
}

function Differences({ changes }: { changes: readonly PolicyChange[] }) {
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

/** A compiled pack. The second steward chooses the same file, and the gateway compares the two. */
function Publish({ onDone }: { onDone(): void }) {
  const { policyPage } = t();
  return (
    <>
      <h2>{policyPage.publish}</h2>
      <p class="faint">{policyPage.publishHint}</p>
      <Act
        fields={[
          { name: 'pack', label: policyPage.packFile, hint: policyPage.packFileHint, type: 'json' },
          reasonField(),
        ]}
        button={policyPage.publish}
        danger
        run={async ({ pack = '', reason }) => {
          const answer = await call('POST', '/v1/policy/versions', { pack: JSON.parse(pack), reason });
          onDone();
          return outcomeOf(answer);
        }}
      />
    </>
  );
}
