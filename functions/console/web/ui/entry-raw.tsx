/** An entry as the gateway gave it, to copy, and to save with its proof. */
import { useSignal } from '@preact/signals';
import { save } from '../download.ts';
import { call } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import type { LogEntry } from '../log/entries.ts';
import { t, visible } from '../text.ts';
import { Button } from './button.tsx';
import { put } from './kept.ts';
import { Failure } from './state.tsx';

export function Raw({ entry }: { entry: LogEntry }) {
  const { entry: text } = t();
  const copied = useSignal(false);
  const error = useSignal<unknown>(null);
  const json = JSON.stringify(entry, null, 1);
  const download = async () => {
    error.value = null;
    const inclusion = await call('GET /v1/log/proofs/inclusion', { query: { entry: entry.id } });
    save(`${entry.id}.json`, `${JSON.stringify({ entry, inclusion }, null, 1)}\n`, 'application/json');
  };
  const isEarly = error.value instanceof ApiError && error.value.status === 409;
  return (
    <>
      <p class="row">
        <Button onClick={() => void navigator.clipboard?.writeText(json).then(() => put(copied, true))}>
          {copied.value ? text.copied : text.copyJson}
        </Button>
        <Button onClick={() => void download().catch((failure) => put(error, failure))}>
          {text.download}
        </Button>
      </p>
      {isEarly ? (
        <p role="alert">{text.notInTree}</p>
      ) : (
        error.value !== null && <Failure error={error.value} />
      )}
      <details>
        <summary>JSON</summary>
        <pre class="mono">{visible(json).replaceAll('⟨000A⟩', '\n')}</pre>
      </details>
    </>
  );
}
