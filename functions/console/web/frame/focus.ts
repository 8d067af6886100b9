import { useEffect } from 'preact/hooks';

/**
 * Keeps the focus on the page if what had it goes, such as a form whose act is done: on the open pane, or else on the
 * page's content. A keyboard goes on from there.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let last: EventTarget | null = null;
    const note = ({ target }: FocusEvent) => {
      last = target;
    };
    const observer = new MutationObserver(() => {
      if (document.activeElement !== document.body || !(last instanceof Element) || last.isConnected) return;
      last = null;
      const next = document.getElementById('pane-title') ?? document.getElementById('main');
      next?.focus({ preventScroll: true });
    });
    document.addEventListener('focusin', note);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', note);
      observer.disconnect();
    };
  }, []);
}
