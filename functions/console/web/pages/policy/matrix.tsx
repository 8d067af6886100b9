/** Which purpose gets which field in which form. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { route, setQuery } from '../../frame/route.ts';
import {
  departmentName,
  fieldName,
  obligationText,
  offices,
  type PolicyView,
  purposeName,
} from '../../gateway/reference.ts';
import { person } from '../../gateway/session.ts';
import { formName } from '../../log/entries.ts';
import { dotted, label, number, t } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/choose.tsx';
import { put } from '../../ui/kept.ts';
import { narrow } from '../../ui/marks.ts';
import { Pane } from '../../ui/pane.tsx';
import { Rule } from '../../ui/rule.tsx';
import { FactRows, Facts } from '../../ui/table.tsx';
import { DayLimits } from './day-limits.tsx';

export function Matrix({ view }: { view: PolicyView }) {
  const { policyPage } = t();
  const department = useSignal('');
  const level = useSignal('');
  const own = useSignal(false);
  const only = useSignal('');
  const body = useRef<HTMLTableSectionElement>(null);
  const roles = offices.value.get(person.value?.office ?? '')?.roles ?? [];
  const used = Object.keys(view.purposes).filter((code) =>
    Object.values(view.matrix).some((row) => row[code]),
  );
  const ours = used.filter((code) => view.purposes[code]?.who.some((role) => roles.includes(role)));
  const wanted = own.value ? ours : used;
  // A narrow page has the room of one purpose.
  const one = wanted.includes(only.value) ? only.value : (wanted[0] ?? '');
  const codes = narrow.value ? [one] : wanted;
  const fields = Object.entries(view.matrix).filter(
    ([field, row]) =>
      (department.value === '' || view.fields[field]?.owners.includes(department.value)) &&
      (level.value === '' || view.fields[field]?.level === level.value) &&
      (!own.value || codes.some((code) => row[code])),
  );
  const levels = [...new Set(Object.values(view.fields).flatMap(({ level: one }) => one ?? []))].sort();
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
          {narrow.value && (
            <Select
              label={t().log.columns.purpose}
              value={one}
              options={wanted.map((code) => [code, `${code} ${purposeName(code)}`])}
              onPick={(code) => put(only, code)}
            />
          )}
          <Select
            label={policyPage.department}
            any={policyPage.anyDepartment}
            value={department.value}
            options={Object.keys(view.departments).map((code) => [code, departmentName(code)])}
            onPick={(code) => put(department, code)}
          />
          <Select
            label={policyPage.level}
            any={policyPage.anyLevel}
            value={level.value}
            options={levels.map((name) => [name, name])}
            onPick={(name) => put(level, name)}
          />
          {ours.length > 0 && (
            <Button pressed={own.value} onClick={() => put(own, !own.value)}>
              {policyPage.own}
            </Button>
          )}
          <span class="faint">{policyPage.legend}</span>
        </p>
        <div class="wide-table" role="region" aria-label={policyPage.matrix} tabIndex={0}>
          <table class="matrix">
            <thead>
              <tr>
                <th scope="col">{t().log.filter.field}</th>
                {codes.map((code) => (
                  <th key={code} scope="col">
                    <span class="upright">{purposeName(code)}</span>
                    {code}
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
        {/\W/.test(form) && <span class="mono faint">{form}</span>}
      </p>
      {cell && <Rule rule={cell.rule} code={undefined} />}
      <Facts
        rows={[
          [policyPage.owners, (about?.owners ?? []).map(departmentName).join(', ')],
          [policyPage.class, about?.class],
          [policyPage.level, about?.level],
        ]}
      />
      <PurposeFacts view={view} code={purpose} />
    </Pane>
  );
}

export function PurposeFacts({ view, code }: { view: PolicyView; code: string }) {
  const { policyPage, entry } = t();
  const one = view.purposes[code];
  if (!one) return null;
  const { named = '', people } = one.matter ?? {};
  return (
    <dl>
      <FactRows
        rows={[
          [policyPage.basis, one.basis],
          [policyPage.who, one.who.map((name) => label(view.roles[name], name)).join(', ')],
          [policyPage.approval, policyPage.approvals[one.approval] ?? one.approval],
          [policyPage.demands, one.demands.map((name) => policyPage.demandNames[name] ?? name).join(', ')],
          [
            policyPage.limits,
            dotted(
              policyPage.perRequest(number(one.batch)),
              people ? policyPage.perMatter(number(people), policyPage.demandNames[named] ?? named) : null,
              one.volume && policyPage.volumeAlert,
            ),
          ],
        ]}
      />
      <DayLimits view={view} code={code} />
      <FactRows
        rows={[
          [policyPage.validity, label({ label: one.validity })],
          [entry.obligations, one.obligations.map((name) => obligationText(name, view)).join(' ')],
        ]}
      />
    </dl>
  );
}
