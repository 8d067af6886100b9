import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formName } from '../entries.ts';
import {
  departmentName,
  fieldName,
  loadReference,
  type PolicyView,
  policy,
  purposeName,
} from '../reference.ts';
import { hashOf, route, setQuery } from '../route.ts';
import { label, t } from '../text.ts';
import { Pane } from '../ui/pane.tsx';
import { Rule } from '../ui/rule.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { Simulate } from './policy-simulate.tsx';
import { Versions } from './policy-versions.tsx';

export function Policy() {
  const { policyPage } = t();
  const tab = route.value.query.get('tab') ?? 'matrix';
  const loaded = useLoad(async () => {
    await loadReference();
    return policy.value as PolicyView;
  }, []);
  return (
    <>
      <p class="row">
        {(['matrix', 'purposes', 'versions', 'simulate'] as const).map((name) => (
          <a
            key={name}
            class="chip"
            href={hashOf('policy', { tab: name })}
            aria-current={tab === name ? 'true' : undefined}
          >
            {name === 'simulate' ? t().simulate.title : policyPage[name]}
          </a>
        ))}
        {policy.value && (
          <span class="faint">
            {policyPage.version(policy.value.version)}{' '}
            <span class="mono">{policy.value.hash.slice(0, 12)}</span>
          </span>
        )}
      </p>
      <Shown of={loaded}>
        {(view) =>
          tab === 'purposes' ? (
            <Purposes view={view} />
          ) : tab === 'versions' ? (
            <Versions />
          ) : tab === 'simulate' ? (
            <Simulate view={view} />
          ) : (
            <Matrix view={view} />
          )
        }
      </Shown>
    </>
  );
}

function Matrix({ view }: { view: PolicyView }) {
  const { policyPage } = t();
  const department = useSignal('');
  const body = useRef<HTMLTableSectionElement>(null);
  const codes = Object.keys(view.purposes).filter((code) =>
    Object.values(view.matrix).some((row) => row[code]),
  );
  const fields = Object.entries(view.matrix).filter(
    ([field]) => department.value === '' || view.fields[field]?.owners.includes(department.value),
  );
  const [field, purpose] = [route.value.query.get('field'), route.value.query.get('purpose')];
  const move = (event: KeyboardEvent) => {
    const step: readonly [number, number] | undefined = (
      { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] } as Record<
        string,
        [number, number]
      >
    )[event.key];
    if (!step) return;
    const [across, down] = step;
    event.preventDefault();
    event.stopPropagation();
    const all = [...(body.current?.querySelectorAll('button') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[Math.max(0, Math.min(all.length - 1, at + across + down * codes.length))]?.focus();
  };
  return (
    <div class={field && purpose ? 'split' : ''}>
      <div class="left">
        <p class="row">
          <select
            aria-label={policyPage.department}
            value={department.value}
            onChange={(event) => {
              department.value = event.currentTarget.value;
            }}
          >
            <option value="">{policyPage.anyDepartment}</option>
            {Object.keys(view.departments).map((code) => (
              <option key={code} value={code}>
                {departmentName(code)}
              </option>
            ))}
          </select>
          <span class="faint">{policyPage.legend}</span>
        </p>
        <div class="wide-table" role="region" aria-label={policyPage.matrix} tabIndex={0}>
          <table class="matrix">
            <thead>
              <tr>
                <th scope="col">{policyPage.field}</th>
                {codes.map((code) => (
                  <th key={code} scope="col" title={purposeName(code)}>
                    {code}
                    <span class="hidden">{purposeName(code)}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody ref={body} onKeyDown={move}>
              {fields.map(([name, row], line) => (
                <tr key={name}>
                  <th scope="row">
                    {fieldName(name)}
                    {view.classes[view.fields[name]?.class ?? '']?.restricted && (
                      <span class="mark" title={policyPage.restricted}>
                        {policyPage.restrictedMark}
                        <span class="hidden">{policyPage.restricted}</span>
                      </span>
                    )}
                  </th>
                  {codes.map((code, column) => {
                    const form = row[code]?.form ?? '';
                    const kind = form.split(/[ :(]/)[0] ?? '';
                    const second = row[code]?.secondPerson === true;
                    return (
                      <td key={code} class={`cell ${kind} ${second ? 'second' : ''}`}>
                        <button
                          type="button"
                          tabIndex={line === 0 && column === 0 ? 0 : -1}
                          aria-label={[
                            `${fieldName(name)}, ${purposeName(code)}: ${form === '' ? policyPage.none : formName(kind)}`,
                            ...(second ? [policyPage.second] : []),
                          ].join(', ')}
                          onClick={() => setQuery({ field: name, purpose: code }, false)}
                        >
                          {form === '' ? '·' : (policyPage.letters[kind] ?? kind.slice(0, 1).toUpperCase())}
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      {field && purpose && <CellPane view={view} field={field} purpose={purpose} />}
    </div>
  );
}

function CellPane({ view, field, purpose }: { view: PolicyView; field: string; purpose: string }) {
  const { policyPage, log } = t();
  const cell = view.matrix[field]?.[purpose];
  const about = view.fields[field];
  const form = cell?.form ?? '';
  return (
    <Pane
      title={`${fieldName(field)} · ${purposeName(purpose)}`}
      onClose={() => setQuery({ field: undefined, purpose: undefined }, false)}
    >
      <p>
        <b>{form === '' ? policyPage.none : (log.forms[form.split(/[ :(]/)[0] ?? ''] ?? form)}</b>{' '}
        <span class="mono faint">{form}</span>
      </p>
      {cell && <Rule rule={cell.rule} code={undefined} />}
      <dl>
        <dt>{policyPage.owners}</dt>
        <dd>{(about?.owners ?? []).map(departmentName).join(', ')}</dd>
        <dt>{policyPage.class}</dt>
        <dd>{about?.class}</dd>
        <dt>{policyPage.level}</dt>
        <dd>{about?.level}</dd>
      </dl>
      <PurposeFacts view={view} code={purpose} />
    </Pane>
  );
}

function PurposeFacts({ view, code }: { view: PolicyView; code: string }) {
  const { policyPage, log, entry } = t();
  const one = view.purposes[code];
  if (!one) return null;
  return (
    <dl>
      <dt>{policyPage.basis}</dt>
      <dd>{one.basis}</dd>
      <dt>{policyPage.who}</dt>
      <dd>{one.who.join(', ')}</dd>
      <dt>{policyPage.demands}</dt>
      <dd>{one.demands.map((name) => policyPage.demandNames[name] ?? name).join(', ')}</dd>
      <dt>{policyPage.validity}</dt>
      <dd>{label({ label: one.validity })}</dd>
      <dt>{entry.obligations}</dt>
      <dd>{one.obligations.map((name) => log.obligations[name] ?? name).join(', ')}</dd>
    </dl>
  );
}

function Purposes({ view }: { view: PolicyView }) {
  return (
    <div class="two">
      {Object.entries(view.purposes).map(([code, one]) => (
        <section key={code}>
          <h2>
            {code} {label(one)}
          </h2>
          <Rule rule={one.rule} code={undefined} />
          <PurposeFacts view={view} code={code} />
        </section>
      ))}
      {Object.entries(view.prohibited).map(([code, one]) => (
        <section key={code}>
          <h2 class="bad">
            {code} {label(one)}
          </h2>
          <p>{t().problems['PROHIBITED_PURPOSE']}</p>
          <Rule rule={one.rule} code={undefined} />
        </section>
      ))}
    </div>
  );
}
