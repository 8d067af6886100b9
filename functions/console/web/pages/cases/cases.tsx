/** The register of cases: those of an office, what one is about, and the acts of officers and supervisors. */
import type { RegisteredCase } from '../../../../../shared/contract/cases.ts';
import { route, setQuery } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { departmentName, officeName, offices, purposeName } from '../../gateway/reference.ts';
import { may } from '../../gateway/session.ts';
import { deadline, dotted, number, t, time, visible } from '../../text.ts';
import { Select } from '../../ui/choose.tsx';
import { isNew, NEW } from '../../ui/desk-list.tsx';
import { Pane } from '../../ui/pane.tsx';
import { Choices, Split } from '../../ui/split.tsx';
import { Shown, useNamed } from '../../ui/state.tsx';
import { Facts } from '../../ui/table.tsx';
import { CaseActs, OpenCase } from './acts.tsx';

const STATES = ['waiting', 'open', 'ended', 'closed'] as const;

export default function Cases() {
  const { cases } = t();
  const { query } = route.value;
  const state = STATES.find((one) => one === query.get('state'));
  const agency = (may('audit') && query.get('agency')) || undefined;
  const open = query.get('i');
  const loaded = useNamed(
    async (signal) => (await read('GET /v1/cases', { query: { state, agency } }, signal)).cases,
    [state, agency],
  );
  const close = () => setQuery({ i: undefined }, false);
  return (
    <>
      <p class="row">
        <Select
          look="chip"
          label={cases.state}
          value={state ?? ''}
          any={t().requests.allStates}
          options={STATES.map((one) => [one, cases.states[one]])}
          onPick={(value) => setQuery({ state: value, i: undefined }, false)}
        />
        {may('audit') && (
          <Select
            look="chip"
            label={t().log.columns.office}
            value={agency ?? ''}
            any={cases.ownOffice}
            options={[...offices.value.keys()].map((id) => [id, officeName(id)])}
            onPick={(value) => setQuery({ agency: value, i: undefined }, false)}
          />
        )}
        {may('casework') && (
          <a class="button" href="#/cases?i=new">
            {cases.begin}
          </a>
        )}
      </p>
      <Split
        pane={
          open &&
          loaded.value &&
          (isNew(open) ? (
            <Pane title={cases.begin} onClose={close} key={NEW}>
              <OpenCase onDone={loaded.reload} />
            </Pane>
          ) : (
            <One id={open} key={open} onClose={close} onDone={loaded.reload} />
          ))
        }
      >
        <Shown of={loaded} empty={{ when: (all) => all.length === 0, text: cases.empty }}>
          {(all) => <Choices label={t().pages.cases} items={all} by="i" row={(one) => <Row one={one} />} />}
        </Shown>
      </Split>
    </>
  );
}

function Row({ one }: { one: RegisteredCase }) {
  const { cases } = t();
  return (
    <span role="gridcell" class="group">
      <span>
        <b>{cases.states[one.state]}</b> {visible(one.case)} · {one.purpose} {purposeName(one.purpose)}
      </span>
      <span class="faint">
        {dotted(
          visible(one.officers.join(', ')),
          `${cases.people} ${number(one.subjects)}`,
          `${cases.until} ${deadline(one.until)}`,
        )}
      </span>
    </span>
  );
}

/** Read alone: a task may lead to the case of another office. */
function One({ id, onClose, onDone }: { id: string; onClose(): void; onDone(): void }) {
  const { cases } = t();
  const loaded = useNamed((signal) => read('GET /v1/cases/:id', { id }, signal), [id]);
  return (
    <Pane title={`${cases.one} ${visible(loaded.value?.case ?? '')}`} onClose={onClose}>
      <Shown of={loaded}>
        {(one) => (
          <>
            <CaseFacts one={one} />
            {may('casework') && (
              <CaseActs
                one={one}
                onDone={() => {
                  loaded.reload();
                  onDone();
                }}
              />
            )}
          </>
        )}
      </Shown>
    </Pane>
  );
}

function CaseFacts({ one }: { one: RegisteredCase }) {
  const { cases, requests, entry } = t();
  const { waitsFor, opened, confirmed, closed, refs } = one;
  const step = ({ at, by, entry: id }: { at: string; by: string; entry: string }, how = '') =>
    dotted(time(at, 'short'), officeName(by), how, id);
  const waits =
    waitsFor &&
    ('agency' in waitsFor
      ? cases.supervisorOf(officeName(waitsFor.agency))
      : departmentName(waitsFor.department));
  return (
    <Facts
      rows={[
        [cases.state, dotted(cases.states[one.state], one.again ? cases.again : '')],
        [cases.waitsFor, waits],
        [t().log.columns.purpose, `${one.purpose} ${purposeName(one.purpose)}`],
        [t().log.columns.office, officeName(one.agency)],
        [cases.officers, one.officers.join(', ')],
        [cases.people, number(one.subjects)],
        [t().inbox.reference, refs?.join(' ')],
        [requests.instrument, one.instrument],
        [cases.opened, dotted(opened.officer, step(opened))],
        [entry.sentence.reason, opened.reason],
        [cases.confirmed, confirmed && step(confirmed, cases.with[confirmed.with])],
        [cases.closed, closed && step(closed)],
        [cases.until, deadline(one.until)],
      ]}
    />
  );
}
