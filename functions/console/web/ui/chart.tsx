/** Stacked bars whose parts link to their entries. The chart is one Tab stop; arrow keys move between the parts. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { number, t } from '../text.ts';
import { Button } from './button.tsx';

export interface Bar {
  label: string;
  parts: { key: string; label: string; count: number; href: string }[];
}

const WIDTH = 960;
const HEIGHT = 180;

export function Bars({
  title,
  bars,
  keys,
}: {
  title: string;
  bars: readonly Bar[];
  keys: readonly { key: string; label: string }[];
}) {
  const { list } = t();
  const table = useSignal(false);
  const box = useRef<SVGSVGElement>(null);
  const top = Math.max(1, ...bars.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0)));
  const step = WIDTH / Math.max(1, bars.length);
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    const all = [...(box.current?.querySelectorAll<SVGAElement>('a') ?? [])];
    const at = all.indexOf(document.activeElement as unknown as SVGAElement);
    all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
    event.preventDefault();
  };
  let first = true;
  return (
    <figure>
      <figcaption class="row">
        <b>{title}</b>
        <Button
          kind="quiet"
          onClick={() => {
            table.value = !table.value;
          }}
        >
          {table.value ? list.asChart : list.asTable}
        </Button>
        {keys.map(({ key, label }, at) => (
          <span key={key} class="legend">
            <svg width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" class={`series s${at % 9}`} />
            </svg>{' '}
            {label}
          </span>
        ))}
      </figcaption>
      {table.value ? (
        <table>
          <tbody>
            {bars.flatMap(({ label, parts }) =>
              parts.map((part) => (
                <tr key={label + part.key}>
                  <td>{label}</td>
                  <td>{part.label}</td>
                  <td class="number">
                    <a href={part.href}>{number(part.count)}</a>
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      ) : (
        <svg
          ref={box}
          class="bars"
          viewBox={`0 0 ${WIDTH} ${HEIGHT + 20}`}
          role="group"
          aria-label={title}
          onKeyDown={move}
        >
          {bars.map(({ label, parts }, at) => {
            let y = HEIGHT;
            return (
              <g key={label}>
                {parts.map((part) => {
                  const height = (part.count / top) * HEIGHT;
                  y -= height;
                  const tab = first ? 0 : -1;
                  first = false;
                  return (
                    <a
                      key={part.key}
                      href={part.href}
                      tabIndex={tab}
                      aria-label={`${part.label}, ${label}, ${number(part.count)}`}
                    >
                      <rect
                        x={at * step + 1}
                        y={y}
                        width={Math.max(2, Math.min(56, step - 3))}
                        height={Math.max(1, height)}
                        class={`series s${keys.findIndex(({ key }) => key === part.key) % 9}`}
                      />
                    </a>
                  );
                })}
                {(at % Math.ceil(bars.length / 12) === 0 || bars.length <= 12) && (
                  <text x={at * step + 2} y={HEIGHT + 15}>
                    {label}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </figure>
  );
}
