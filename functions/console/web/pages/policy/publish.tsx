/** Publishes a compiled pack: the file is read here, its difference is shown first, and two stewards give the same file. */
import { useSignal } from '@preact/signals';
import type { PolicyPreview, WaitingPublication } from '../../../../../shared/contract/office.ts';
import type { Json } from '../../../../../shared/json.ts';
import { call, read } from '../../gateway/api.ts';
import { officeName } from '../../gateway/reference.ts';
import { t, time } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Failure } from '../../ui/state.tsx';
import { Differences } from './differences.tsx';
import { areBroken, Sentences } from './sentences.tsx';

/** What the person sees before it is published; `first`: another steward's request for the same pack. */
interface Shown {
  pack: Json;
  preview: PolicyPreview;
  first: WaitingPublication | undefined;
}

export function Publish({ onDone }: { onDone(): void }) {
  const { policyPage: text, second } = t();
  const shown = useSignal<Shown | null>(null);
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
      const [preview, { waiting }] = await Promise.all([
        call('POST /v1/policy/versions/preview', { body: { pack } }),
        read('GET /v1/policy/versions', {}),
      ]);
      const isFirst = waiting?.hash === preview.hash && !waiting.own;
      shown.value = { pack, preview, first: isFirst ? waiting : undefined };
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
          {shown.value.first && (
            <p>{second.asked(officeName(shown.value.first.by), time(shown.value.first.until, 'short'))}</p>
          )}
          {shown.value.preview.changes.length === 0 ? (
            <p>{text.same}</p>
          ) : (
            <Differences changes={shown.value.preview.changes} />
          )}
          <details open={shown.value.preview.sentences.some(({ verdict }) => !verdict?.holds)}>
            <summary>{text.sentences.title}</summary>
            <Sentences of={shown.value.preview.sentences} />
          </details>
          {areBroken(shown.value.preview.sentences) ? (
            <p class="bar" role="alert">
              {text.sentences.notPublished}
            </p>
          ) : (
            <Act
              fields={[reasonField()]}
              button={text.publish}
              danger
              run={async (values) => {
                const { pack = null, first } = shown.value ?? {};
                const body = { pack, ...values, ...(first && { entry: first.entry }) };
                return call('POST /v1/policy/versions', { body });
              }}
              onDone={onDone}
            />
          )}
        </>
      )}
    </section>
  );
}
