import type { ComponentChildren } from 'preact';

interface Props {
  children: ComponentChildren;
  onClick?(): void;
  /** The key with the same effect. */
  kbd?: string;
  kind?: 'plain' | 'main' | 'danger' | 'quiet';
  disabled?: boolean;
  type?: 'button' | 'submit';
  label?: string;
  pressed?: boolean;
}

export function Button({
  children,
  onClick,
  kbd,
  kind = 'plain',
  disabled = false,
  type = 'button',
  label,
  pressed,
}: Props) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      // A button with the attribute `disabled` loses the focus, and a keyboard its place, while its act is under way.
      aria-disabled={disabled || undefined}
      onClick={disabled ? (event) => event.preventDefault() : onClick}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={kbd?.length === 1 ? kbd : undefined}
    >
      {children}
      {kbd && (
        <span class="kbd" aria-hidden="true">
          {kbd}
        </span>
      )}
    </button>
  );
}
