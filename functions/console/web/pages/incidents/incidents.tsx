/** Incidents of an office, each with its clock, its scope by the log, its reports and its end. */
import type { Incident, IncidentInList } from '../../../../../shared/contract/casework.ts';
import { hashOf } from '../../frame/route.ts';
import { keep, read } from '../../gateway/api.ts';
import { may } from '../../gateway/session.ts';
import { ago, dotted, label, number, t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { DeskList, isNew } from '../../ui/desk-list.tsx';
import { Pane, Section } from '../../ui/pane.tsx';
import { PrintButton } from '../../ui/print-button.tsx';
import { Shown, useNamed } from '../../ui/state.tsx';
import { type Fact, Facts, Table } from '../../ui/table.tsx';
import { OpenIncident } from './open.tsx';

export default function Incidents() {
  const { incidents } = t();
  return (
    <DeskList<IncidentInList>
      page="incidents"
      read={async (query, signal) => {
        const { incidents: items, cursor } = await read('GET /v1/incidents', { query }, signal);
        return { items, cursor };
      }}
      names={incidents}
      begin={incidents.start}
      row={(one) => <Row one={one} />}
      pane={(id, close, reload) =>
        isNew(id) ? (
          <Pane title={incidents.start} onClose={close} key={id}>
            <OpenIncident onDone={reload} />
          </Pane>
        ) : (
          <One id={id} key={id} onClose={close} onDone={reload} />
        )
      }
    />
  );
}

/** What is due first: the report until it was sent. */
function clockOf(one: IncidentInList): string {
  const { incidents } = t();
  if (one.reports.length > 0) return incidents.reported;
  return incidents.reportBy(label(one.reportsTo), time(one.reportBy, 'short'), ago(one.reportBy));
}

function Row({ one }: { one: IncidentInList }) {
  const { incidents } = t();
  const late = one.state === 'open' && one.reports.length === 0 && Date.parse(one.reportBy) < Date.now();
  return (
    <span role="gridcell" class="group">
      <b class={late ? 'bad' : undefined}>
        {one.state === 'open' ? clockOf(one) : incidents.states[one.state]}
      </b>
      <span class="faint">
        {dotted(
          `${incidents.known} ${time(one.knownAt, 'short')}`,
          `${t().cases.people} ${number(one.subjects)}`,
          visible(label(one.byName, one.by)),
          Object.values(one.fields)
            .map((field) => label(field))
            .join(', '),
        )}
      </span>
    </span>
  );
}

function One({ id, onClose, onDone }: { id: string; onClose(): void; onDone(): void }) {
  const { incidents } = t();
  const loaded = useNamed(
    async (signal) => (await read('GET /v1/incidents/:id', { id }, signal)).incident,
    [id],
  );
  const done = () => {
    loaded.reload();
    onDone();
  };
  return (
    <Pane title={`${incidents.number} ${visible(id).slice(0, 40)}`} onClose={onClose}>
      <Shown of={loaded}>
        {(one) => (
          <>
            {one.state === 'open' && (
              <p
                class={
                  Date.parse(one.reportBy) < Date.now() && one.reports.length === 0
                    ? 'bar warn bad'
                    : 'bar warn'
                }
              >
                {clockOf(one)}
              </p>
            )}
            <IncidentFacts one={one} />
            <Section title={incidents.scope}>
              <Scope one={one} />
            </Section>
            <Section title={incidents.reports}>
              <Reports one={one} />
            </Section>
            {one.state !== 'unfounded' && (
              <Section title={incidents.report}>
                <Report one={one} onDone={done} />
              </Section>
            )}
            {one.state === 'open' && (
              <Section title={incidents.close}>
                <Close one={one} onDone={done} />
              </Section>
            )}
            <PrintButton />
          </>
        )}
      </Shown>
    </Pane>
  );
}

function IncidentFacts({ one }: { one: Incident }) {
  const { incidents } = t();
  const rows: Fact[] = [
    [
      t().cases.state,
      dotted(
        incidents.states[one.state] ?? one.state,
        one.unfounded && `${incidents.states['unfounded']}: ${t().today.waits}`,
      ),
    ],
    [incidents.known, time(one.knownAt, 'short')],
    [incidents.opened, dotted(time(one.at, 'short'), label(one.byName, one.by), one.entry)],
    [incidents.operator, label(one.operatorName, one.operator)],
    [incidents.grade, label(one.gradeName, one.grade)],
    [incidents.span, `${time(one.from, 'short')} – ${time(one.until, 'short')}`],
    [t().cases.people, number(one.subjects)],
    [
      t().log.columns.fields,
      Object.values(one.fields)
        .map((field) => label(field))
        .join(' · '),
    ],
    [incidents.notices, number(one.tasks.notices)],
    [incidents.keptUntil, time(one.keptUntil, 'short')],
  ];
  return <Facts rows={rows} />;
}

function Scope({ one }: { one: Incident }) {
  const { incidents, log } = t();
  if (one.recipients.length === 0) return <p>{incidents.scopeNone}</p>;
  const heads = [
    log.columns.office,
    log.columns.purpose,
    t().cases.people,
    t().inquiry.first,
    t().inquiry.last,
  ];
  return (
    <Table
      title={incidents.scope}
      heads={[...heads, t().usage.fields, incidents.officers, incidents.entries]}
      numeric={[2, 6, 7]}
      rows={one.recipients.map((some) => [
        visible(label(some.agency, some.agency.id)),
        label(some.purpose, some.purpose.code),
        number(some.subjects),
        time(some.first, 'short'),
        time(some.last, 'short'),
        Object.entries(some.fields)
          .map(([name, forms]) => `${label(one.fields[name], name)} (${forms.map(formOf).join(', ')})`)
          .join(' · '),
        number(some.officerCount),
        <Entries key="entries" of={some} />,
      ])}
    />
  );
}

const formOf = (form: string) => t().log.forms[form] ?? form;

/** For auditors a way to the entries; others can't open the log. */
function Entries({
  of: { agency, purpose, first, last, entries, more },
}: {
  of: Incident['recipients'][number];
}) {
  const count = number(entries.length + more);
  if (!may('audit')) return <>{count}</>;
  const to = new Date(Date.parse(last) + 1).toISOString();
  const query = { agency: agency.id, purpose: purpose.code, from: first, to, kind: 'decision' };
  return <a href={hashOf('log', query)}>{count}</a>;
}

function Reports({ one }: { one: Incident }) {
  const { incidents, states } = t();
  if (one.reports.length === 0) return <p>{states.nothing}</p>;
  return (
    <ul>
      {one.reports.map(({ kind, at, by, late, entry, evidence }) => (
        <li key={entry}>
          {dotted(incidents.kinds[kind], time(at, 'short'), visible(by), late ? incidents.late : '')}
          <br />
          <span class="mono faint">
            {entry} {evidence.slice(0, 16)}…
          </span>
        </li>
      ))}
    </ul>
  );
}

function Report({ one, onDone }: { one: Incident; onDone(): void }) {
  const { incidents } = t();
  const sent = one.reports.map(({ kind }) => kind);
  const kinds = (['first', 'supplement', 'closing'] as const).filter((kind) =>
    kind === 'first'
      ? !sent.includes('first')
      : sent.includes('first') && (kind === 'supplement' || one.state === 'confirmed'),
  );
  return (
    <Act
      fields={[
        {
          name: 'kind',
          label: incidents.kind,
          options: kinds.map((kind) => [kind, incidents.kinds[kind] ?? kind]),
        },
        { name: 'evidence', label: incidents.evidence, hint: t().consents.scanHint, type: 'digest' },
        reasonField(),
      ]}
      button={incidents.report}
      run={({ kind = '', evidence = '', reason }) =>
        keep('POST /v1/incidents/:id/reports', { id: one.id, body: { kind, evidence, reason } })
      }
      onDone={onDone}
    />
  );
}

/** That it is unfounded, a second person confirms by the entry of the first one's word. */
function Close({ one, onDone }: { one: Incident; onDone(): void }) {
  const { incidents } = t();
  const outcomes = ['confirmed', 'unfounded'] as const;
  return (
    <Act
      fields={[
        {
          name: 'outcome',
          label: incidents.outcome,
          options: outcomes.map((word) => [word, incidents.states[word] ?? word]),
        },
        { ...reasonField(), label: incidents.finding, long: true },
      ]}
      button={incidents.close}
      danger
      run={({ outcome = '', reason }) =>
        keep('POST /v1/incidents/:id/close', {
          id: one.id,
          body: {
            outcome,
            reason,
            ...(outcome === 'unfounded' && one.unfounded ? { entry: one.unfounded } : {}),
          },
        })
      }
      onDone={onDone}
    />
  );
}
