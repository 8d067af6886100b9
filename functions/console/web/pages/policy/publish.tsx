/** Publishes a compiled pack: the file is read here, its difference is shown first, and two stewards give the same file. */
import { useSignal } from '@preact/signals';
import type { PolicyPreview } from '../../../../../shared/contract/office.ts';
import type { Json } from '../../../../../shared/json.ts';
import { call } from '../../gateway/api.ts';
import { t } from '../../text.ts';
import { Act, outcomeOf, reasonField } from '../../ui/act.tsx';
import { Failure } from '../../ui/state.tsx';
import { Differences } from './differences.tsx';

export function Publish({ onDone }: { onDone(): void }) {
  const { policyPage: text } = t();
  const shown = useSignal<{ pack: Json; preview: PolicyPreview } | null>(null);
  const error = useSignal<unknown>(null);
  const notJson = useSignal(false);
  const look = async (file: File | undefined) => {
    shown.value = null;
    error.value = null;
    notJson.value = false;
    if (!file) return;
    let pack: Json;
    try {
      pack = JSON.parse(await file.text());
    } catch {
      notJson.value = true;
      return;
    }
    try {
      shown.value = { pack, preview: await call('POST /v1/policy/versions/preview', { body: { pack } }) };
    } catch (failure) {
      error.value = failure;
    }
  };
  return (
    <section class="publish">
      <h3>{text.publish}</h3>
      <label class={`field ${notJson.value ? 'wrong' : ''}`}>
        <span>{text.packFile}</span>
        <small role={notJson.value ? 'alert' : undefined}>
          {notJson.value ? text.notJson : text.packFileHint}
        </small>
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => void look(event.currentTarget.files?.[0])}
        />
      </label>
      {error.value !== null && <Failure error={error.value} />}
      {shown.value && (
        <>
          <p>
            {text.against(shown.value.preview.version, shown.value.preview.against.version)}{' '}
            <span class="mono faint">{shown.value.preview.hash.slice(0, 12)}</span>
          </p>
          {shown.value.preview.changes.length === 0 ? (
            <p>{text.same}</p>
          ) : (
            <Differences changes={shown.value.preview.changes} />
          )}
          <Act
            fields={[reasonField()]}
            button={text.publish}
            danger
            run={async (values) => {
              const pack = shown.value?.pack ?? null;
              const answer = await call('POST /v1/policy/versions', { body: { pack, ...values } });
              onDone();
              return outcomeOf(answer);
            }}
          />
        </>
      )}
    </section>
  );
}
