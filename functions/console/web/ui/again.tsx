/** Asks for a new login, over the form that stays as it is. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { demand, giveUp, opened, tryAgain } from '../gateway/again.ts';
import { person } from '../gateway/session.ts';
import { t, visible } from '../text.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

const WINDOW = 'popup,width=520,height=680';

export function AgainDialog() {
  const { again: text, frame } = t();
  const { url, state } = demand.value ?? { url: null, state: 'asked' as const };
  const main = useRef<HTMLParagraphElement>(null);
  // The button comes and goes with its address.
  useLayoutEffect(() => {
    main.current?.querySelector<HTMLElement>('button.main, a')?.focus();
  }, [url, state]);
  const name = visible(person.value?.name ?? '');
  const open = () => {
    if (url) window.open(url, '_blank', WINDOW);
    opened();
  };
  return (
    <Dialog title={text.title} onClose={() => giveUp()}>
      <p>{text.why(name)}</p>
      {state !== 'asked' && (
        <p class={state === 'open' || state === 'checking' ? 'bar' : 'bar warn'} role="status">
          {text.states[state](name)}
        </p>
      )}
      <p class="row" ref={main}>
        {url && state !== 'open' && (
          <Button kind="main" onClick={open}>
            {text.button}
          </Button>
        )}
        {url && state === 'open' && (
          <a href={url} target="_blank" rel="noopener" onClick={opened}>
            {text.link}
          </a>
        )}
        {!url && state === 'unreachable' && (
          <Button kind="main" onClick={tryAgain}>
            {text.retry}
          </Button>
        )}
        <Button onClick={() => giveUp()}>{frame.cancel}</Button>
      </p>
    </Dialog>
  );
}

/** All that the second window shows. */
export function Handed({ took }: { took: boolean }) {
  const { again: text, frame } = t();
  return (
    <main class="signin" id="main">
      <h1>Fieldgate</h1>
      <p role="status">{took ? text.handed : text.gone}</p>
      {!took && <a href="./">{frame.home}</a>}
    </main>
  );
}
