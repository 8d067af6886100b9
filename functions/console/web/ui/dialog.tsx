import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../text.ts';
import { Button } from './button.tsx';

/** A modal dialog. On closing, the focus returns to the previous element. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose(): void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  // At once: a key that follows is for the dialog, and what is in it takes the focus after it is open.
  useLayoutEffect(() => {
    const from = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (from instanceof HTMLElement && from.isConnected) from.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <header>
        <h2 id="dialog-title">{title}</h2>
        <Button kind="quiet" onClick={() => dialog.current?.close()} label={t().frame.close}>
          ✕
        </Button>
      </header>
      {children}
    </dialog>
  );
}
