/** Acts of two people that begin with a reference or an id. */
import { call, keep } from '../../gateway/api.ts';
import { t } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';

const KINDS = ['erase', 'merge', 'part', 'move', 'end'] as const;

/** An erasure, a merge or the undo of one, as the first person. */
export function BeginAct({ onDone }: { onDone(): void }) {
  const { second } = t();
  return (
    <>
      <h2>{second.begin}</h2>
      <p class="faint">{second.beginHint}</p>
      <Act
        fields={[
          { name: 'kind', label: second.what, options: KINDS.map((kind) => [kind, second.acts[kind]]) },
          { name: 'ref', label: second.ref },
          { name: 'into', label: second.into, hint: second.intoHint, optional: true },
          { name: 'area', label: second.area, hint: second.areaHint, optional: true },
          { name: 'instrument', label: second.instrument, hint: second.instrumentHint, optional: true },
          reasonField(),
        ]}
        button={second.begin}
        danger
        run={({ kind = '', ref = '', into = '', area, instrument, reason }) =>
          kind === 'merge'
            ? call('POST /v1/subjects/:ref/merge', { ref, body: { into, reason } })
            : kind === 'erase'
              ? call('POST /v1/subjects/:ref/erase', { ref, body: { instrument, reason } })
              : kind === 'move'
                ? call('POST /v1/subjects/:ref/move', { ref, body: { area, reason } })
                : call(`POST /v1/subjects/:ref/${kind === 'end' ? 'end' : 'part'}`, { ref, body: { reason } })
        }
        onDone={onDone}
      />
    </>
  );
}

/** The office that filed a consent hands in the giver's code. */
export function ConsentCode() {
  const { second } = t();
  return (
    <>
      <h2>{second.code}</h2>
      <p class="faint">{second.codeHint}</p>
      <Act
        fields={[
          { name: 'id', label: second.consent },
          { name: 'code', label: second.codeGiven },
          reasonField(),
        ]}
        button={second.code}
        run={({ id = '', ...body }) => keep('POST /v1/consents/:id/confirm', { id, body })}
      />
    </>
  );
}

/** The end of a writer's key, as the first auditor. */
export function BeginRevocation({ onDone }: { onDone(): void }) {
  const { second } = t();
  return (
    <>
      <h2>{second.revoke}</h2>
      <p class="faint">{second.revokeHint}</p>
      <Act
        fields={[{ name: 'writer', label: second.writer }, reasonField()]}
        button={second.revoke}
        danger
        run={({ writer = '', reason }) =>
          call('POST /v1/log/writers/:writer/revocation', { writer, body: { reason } })
        }
        onDone={onDone}
      />
    </>
  );
}
