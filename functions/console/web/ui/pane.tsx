/** The pane next to a list: sections for keyboard navigation, closed by Escape. On a narrow screen it is the page. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useKeys } from '../keys.ts';
import { t } from '../text.ts';
import { Button } from './button.tsx';

export function Pane({
  title,
  onClose,
  children,
}: {
  title: ComponentChildren;
  onClose(): void;
  children: ComponentChildren;
}) {
  const { frame, list } = t();
  const pane = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // With the paint: a key that is pressed at once must find the pane.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const walk = (step: number) => {
    const all = [...(pane.current?.querySelectorAll<HTMLElement>('h3') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: 'start' });
  };
  useKeys({
    Escape: { label: frame.close, run: onClose },
    ']': { label: list.section, run: () => walk(1) },
    '[': { label: list.sectionBefore, run: () => walk(-1) },
  });
  return (
    <section class="pane" ref={pane} aria-labelledby="pane-title">
      <header>
        <h2 id="pane-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button kind="quiet" onClick={onClose} label={frame.close}>
          ✕
        </Button>
      </header>
      {children}
    </section>
  );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <h3 tabIndex={-1}>{title}</h3>
      {children}
    </>
  );
}
