/** Finds pages, commands and what a page names by words in both languages and by pinyin initials, and shows each command's key. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t, visible } from '../text.ts';
import { Dialog } from './dialog.tsx';

export interface Command {
  title: string;
  /** Further search words, in lower case. */
  words: string;
  kbd?: string;
  run(): void;
}

/** @param title of a choice that is not the palette's own */
export function Palette({
  commands,
  more,
  title,
  onClose,
}: {
  commands: readonly Command[];
  /** What else a text finds, in lower case. */
  more?(wanted: string): readonly Command[];
  title?: string;
  onClose(): void;
}) {
  const { frame } = t();
  const text = useSignal('');
  const chosen = useSignal(0);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const wanted = text.value.trim().toLowerCase();
  const own = commands.filter(({ title, words }) => `${title.toLowerCase()} ${words}`.includes(wanted));
  const found = wanted === '' || !more ? own : [...own, ...more(wanted)];
  const at = Math.min(chosen.value, Math.max(0, found.length - 1));
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) chosen.value = Math.max(0, Math.min(found.length - 1, at + step));
    else if (event.key === 'Enter') run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={title ?? frame.palette} onClose={onClose}>
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found.length > 0 ? `command-${at}` : undefined}
        aria-label={title ?? frame.paletteHint}
        placeholder={title ?? frame.paletteHint}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      {found.length === 0 && <p>{frame.paletteNone}</p>}
      <div role="listbox" id="commands" class="commands" aria-label={title ?? frame.palette}>
        {found.map((command, index) => (
          <div
            key={command.title}
            id={`command-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            ref={(row) => {
              if (index === at) row?.scrollIntoView({ block: 'nearest' });
            }}
            onClick={() => run(command)}
          >
            {visible(command.title)} {command.kbd && <kbd>{command.kbd}</kbd>}
          </div>
        ))}
      </div>
    </Dialog>
  );
}
