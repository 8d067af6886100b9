/** Flows of data from departments to recipients: as ribbons by purpose, and as a matrix. */
import { useRef } from 'preact/hooks';
import { type Flow, layOut, sumBy } from '../flows.ts';
import { departmentName, officeName, purposeName } from '../reference.ts';
import { number, t, visible } from '../text.ts';
import { moveAmongMarks, seriesOf } from './marks.ts';

const WIDTH = 960;
const SIDE = 210;
const BAR = 10;
const GAP = 16;

interface Props {
  flows: readonly Flow[];
  linkOf(flow: Partial<Flow>): string;
}

export function FlowPicture({ flows, linkOf }: Props) {
  const { flows: text, today } = t();
  const box = useRef<SVGSVGElement>(null);
  const purposes = sumBy(flows, 'purpose').map(([code]) => code);
  const rows = Math.max(sumBy(flows, 'owner').length, sumBy(flows, 'agency').length);
  const height = Math.max(220, rows * 34);
  const { left, right, ribbons } = layOut(flows, height, GAP);
  const [x0, x1] = [SIDE + BAR, WIDTH - SIDE - BAR];
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
      <div class="wide-picture">
        <svg
          ref={box}
          class="flows"
          viewBox={`0 0 ${WIDTH} ${height + 24}`}
          role="group"
          aria-label={text.title}
          onKeyDown={(event) => moveAmongMarks(event, box.current)}
        >
          <text x={0} y={14} class="faint">
            {text.from}
          </text>
          <text x={WIDTH} y={14} class="faint end">
            {text.to}
          </text>
          <g transform="translate(0 24)">
            {ribbons.map((one, at) => {
              const [a, b, thick] = [one.from, one.to, Math.max(1, one.height)];
              const [c, d] = [a + thick, b + thick];
              return (
                <a
                  key={`${one.owner} ${one.agency} ${one.purpose}`}
                  href={linkOf(one)}
                  tabIndex={at === 0 ? 0 : -1}
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
            {left.map(({ key, top, height: tall, count }) => (
              <Node key={key} x={SIDE} top={top} tall={tall} end label={departmentName(key)} count={count} />
            ))}
            {right.map(({ key, top, height: tall, count }) => (
              <Node key={key} x={x1} top={top} tall={tall} label={officeName(key)} count={count} />
            ))}
          </g>
        </svg>
      </div>
    </figure>
  );
}

/** Characters of a name that fit next to the picture; the table has all of them. */
const FITS = 28;

function Node({
  x,
  top,
  tall,
  label,
  count,
  end = false,
}: {
  x: number;
  top: number;
  tall: number;
  label: string;
  count: number;
  end?: boolean;
}) {
  const name = visible(label);
  const text = name.length > FITS ? `${name.slice(0, FITS - 1)}…` : name;
  return (
    <>
      <rect x={x} y={top} width={BAR} height={Math.max(1, tall)} />
      <text x={end ? x - 6 : x + BAR + 6} y={top + Math.max(6, tall / 2) + 4} class={end ? 'end' : ''}>
        {`${text} ${number(count)}`}
      </text>
    </>
  );
}

export function FlowMatrix({ flows, linkOf }: Props) {
  const { flows: text } = t();
  const owners = sumBy(flows, 'owner').map(([key]) => key);
  const agencies = sumBy(flows, 'agency').map(([key]) => key);
  const cells = new Map<string, number>();
  for (const { owner, agency, count } of flows)
    cells.set(`${owner} ${agency}`, (cells.get(`${owner} ${agency}`) ?? 0) + count);
  const top = Math.max(1, ...cells.values());
  return (
    <div class="wide-table" role="region" aria-label={text.views.matrix} tabIndex={0}>
      <table class="matrix flow">
        <thead>
          <tr>
            <th scope="col">{text.corner}</th>
            {owners.map((owner) => (
              <th key={owner} scope="col">
                {departmentName(owner)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {agencies.map((agency) => (
            <tr key={agency}>
              <th scope="row">{visible(officeName(agency))}</th>
              {owners.map((owner) => {
                const n = cells.get(`${owner} ${agency}`) ?? 0;
                const shade = n === 0 ? 0 : 1 + Math.floor((3.999 * Math.log1p(n)) / Math.log1p(top));
                return (
                  <td key={owner} class={`shade${Math.min(4, shade)}`}>
                    {n > 0 && <a href={linkOf({ owner, agency })}>{number(n)}</a>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
