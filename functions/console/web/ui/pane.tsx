/** The pane next to a list: sections for keyboard navigation, closed by Escape. On a narrow screen it is the page. */

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useKeys } from '../frame/keys.ts';
import { route } from '../frame/route.ts';
import { t } from '../text.ts';
import { Button } from './button.tsx';
import { cards } from './marks.ts';

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
  useLayoutEffect(() => {
    const [opener, page] = [document.activeElement, route.value.page];
    heading.current?.focus({ preventScroll: true });
    return () => requestAnimationFrame(() => route.value.page === page && goBackTo(opener));
  }, []);
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
        {/* A narrow screen has the pane alone, which leads back to its list. */}
        {!cards.value && <Width />}
        <Button kind="quiet" onClick={onClose} label={cards.value ? frame.back : frame.close}>
          {cards.value ? `← ${frame.back}` : '✕'}
        </Button>
      </header>
      {children}
    </section>
  );
}

/** The focus goes back to what opened the pane, or to the list next to it if an address did; unless something took it. */
function goBackTo(opener: Element | null): void {
  const { activeElement: at, body } = document;
  const main = document.getElementById('main');
  if (at !== body && at !== main) return;
  const isKnown = opener instanceof HTMLElement && opener.isConnected && opener !== body && opener !== main;
  (isKnown ? opener : main?.querySelector<HTMLElement>('.list'))?.focus();
}

/** Percent of the page that a pane takes, and the limits of it. */
const [LEAST, MOST, STEP] = [30, 70, 5];
const width = signal(40);

/** Changes the width of every pane by the arrows. */
function Width() {
  return (
    <span
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t().list.width}
      aria-valuenow={width.value}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      class="width"
      onKeyDown={(event) => {
        const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        // From what is seen: on a small page the least width in pixels is more than the percent that is set.
        const pane = event.currentTarget.closest<HTMLElement>('.pane');
        const seen = (100 * (pane?.offsetWidth ?? 0)) / (pane?.parentElement?.offsetWidth || 1);
        width.value = Math.max(LEAST, Math.min(MOST, Math.round(seen || width.value) + by));
        document.documentElement.style.setProperty('--pane', `${width.value}%`);
      }}
    >
      ⇔
    </span>
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
