/** Flows of data from departments to recipients: as ribbons by purpose. */
import { useRef } from 'preact/hooks';
import { departmentName, officeName, purposeName } from '../gateway/reference.ts';
import { type Flow, layOut, sumBy } from '../log/flows.ts';
import { number, t, visible } from '../text.ts';
import { fitting, moveAmongMarks, narrow, pictureWidth, seriesOf } from './marks.ts';

const BAR = 10;
/**
 * Names stand next to their bars, and on a narrow page above them; the table has all of a name. `fits`: letters for the name
 * of a department and of an office with its number.
 */
const WIDE = { side: 230, gap: 16, above: 0, row: 34, fits: [33, 33] };
const NARROW = { side: 0, gap: 30, above: 24, row: 56, fits: [21, 35] };

interface Props {
  flows: readonly Flow[];
  linkOf(flow: Partial<Flow>): string;
}

export function FlowPicture({ flows, linkOf }: Props) {
  const { flows: text, today } = t();
  const box = useRef<SVGSVGElement>(null);
  const purposes = sumBy(flows, 'purpose').map(([code]) => code);
  const rows = Math.max(sumBy(flows, 'owner').length, sumBy(flows, 'agency').length);
  const { side, gap, above, row, fits } = narrow.value ? NARROW : WIDE;
  const width = pictureWidth();
  const height = Math.max(220, rows * row);
  const { left, right, ribbons } = layOut(flows, height, gap);
  const [x0, x1] = [side + BAR, width - side - BAR];
  const middle = (x0 + x1) / 2;
  const named = purposes.slice(0, 8).map((code) => [code, `${code} ${purposeName(code)}`] as const);
  return (
    <figure>
      <figcaption class="row">
        <b>{text.title}</b>
        {[...named, ...(purposes.length > 8 ? [['', today.others] as const] : [])].map(([code, name]) => (
          <span key={code} class="legend">
            <svg width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" class={seriesOf(purposes, code)} />
            </svg>{' '}
            {name}
          </span>
        ))}
      </figcaption>
      <svg
        ref={box}
        class="flows"
        viewBox={`0 0 ${width} ${height + 24 + above}`}
        role="group"
        aria-label={text.title}
        onKeyDown={(event) => moveAmongMarks(event, box.current)}
      >
        <text x={0} y={14} class="faint">
          {text.from}
        </text>
        <text x={width} y={14} class="faint end">
          {text.to}
        </text>
        <g transform={`translate(0 ${24 + above})`}>
          {ribbons.map((one, at) => {
            const [a, b, thick] = [one.from, one.to, Math.max(1, one.height)];
            const [c, d] = [a + thick, b + thick];
            return (
              <a
                key={`${one.owner} ${one.agency} ${one.purpose}`}
                href={linkOf(one)}
                tabindex={at === 0 ? 0 : -1}
                aria-label={text.mark(
                  departmentName(one.owner),
                  visible(officeName(one.agency)),
                  `${one.purpose} ${purposeName(one.purpose)}`,
                  one.count,
                )}
              >
                <path
                  d={`M${x0} ${a}C${middle} ${a} ${middle} ${b} ${x1} ${b}V${d}C${middle} ${d} ${middle} ${c} ${x0} ${c}Z`}
                  class={seriesOf(purposes, one.purpose)}
                />
              </a>
            );
          })}
          {[left, right].flatMap((nodes, at) =>
            nodes.map(({ key, top, height: tall, count }) => {
              const sum = ` ${number(count)}`;
              const most = (fits[at] ?? 0) - sum.length;
              const name = fitting(visible(at === 0 ? departmentName(key) : officeName(key)), most);
              return (
                <Node
                  key={`${at} ${key}`}
                  x={at === 0 ? side : x1}
                  top={top}
                  tall={tall}
                  text={name + sum}
                  label={above > 0 ? OVER[at] : BESIDE[at]}
                />
              );
            }),
          )}
        </g>
      </svg>
    </figure>
  );
}

/** Where the name of a bar stands: from its left edge and its middle, or above it. */
interface Label {
  dx: number;
  end: boolean;
  above: boolean;
}
const BESIDE: [Label, Label] = [
  { dx: -6, end: true, above: false },
  { dx: BAR + 6, end: false, above: false },
];
const OVER: [Label, Label] = [
  { dx: 0, end: false, above: true },
  { dx: BAR, end: true, above: true },
];

interface NodeProps {
  x: number;
  top: number;
  tall: number;
  text: string;
  label: Label | undefined;
}

function Node({ x, top, tall, text, label = BESIDE[0] }: NodeProps) {
  const y = label.above ? top - 6 : top + Math.max(6, tall / 2) + 4;
  return (
    <>
      <rect x={x} y={top} width={BAR} height={Math.max(1, tall)} />
      <text x={x + label.dx} y={y} class={label.end ? 'end' : ''}>
        {text}
      </text>
    </>
  );
}
