/** Objections of an office: those that it took at its desk, and those that its department answers. */
import { useSignal } from '@preact/signals';
import type { Objection } from '../../../../shared/contract/casework.ts';
import { keep, read } from '../gateway/api.ts';
import { departmentName, fieldName, me, officeName, policy } from '../gateway/reference.ts';
import { deadline, dotted, label, t, time, visible } from '../text.ts';
import { Act, outcomeOf, reasonField } from '../ui/act.tsx';
import { DeskList, isNew } from '../ui/desk-list.tsx';
import { put } from '../ui/kept.ts';
import { Pane, Section } from '../ui/pane.tsx';
import { PrintButton } from '../ui/print-button.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { type Fact, Facts } from '../ui/table.tsx';
import {
  documentFields,
  documentOf,
  fieldOptions,
  giverName,
  optionsOf,
  subjectOf,
  whomFields,
} from '../ui/whom.ts';

export default function Objections() {
  const { objections } = t();
  return (
    <DeskList<Objection>
      page="objections"
      read={async (query, signal) => {
        const { objections: items, cursor } = await read('GET /v1/objections', { query }, signal);
        return { items, cursor };
      }}
      names={objections}
      begin={objections.file}
      row={(one) => <Row one={one} />}
      pane={(id, close, reload) =>
        isNew(id) ? (
          <Pane title={objections.file} onClose={close} key={id}>
            {/* Desks find people by their numbers, and file for those who stand there. */}
            {me.value?.acts.includes('subject.find') && <File onDone={reload} />}
            <Report onDone={reload} />
          </Pane>
        ) : (
          <One id={id} key={id} onClose={close} onDone={reload} />
        )
      }
    />
  );
}

const rightName = (word: string) => label(policy.value?.desk.rights[word], word);

function Row({ one }: { one: Objection }) {
  const { objections } = t();
  return (
    <span role="gridcell" class="group">
      <span>
        <b>{fieldName(one.field)}</b> · {rightName(one.right)} · {giverName(one.by)}
      </span>
      <span class="faint">
        {dotted(
          objections.states[one.state],
          `${t().inbox.due} ${deadline(one.due)}`,
          departmentName(one.department),
        )}
      </span>
    </span>
  );
}

function One({ id, onClose, onDone }: { id: string; onClose(): void; onDone(): void }) {
  const { objections } = t();
  const loaded = useLoad(
    async (signal) => (await read('GET /v1/objections/:id', { id }, signal)).objection,
    [id],
  );
  return (
    <Pane title={`${objections.number} ${visible(id).slice(0, 40)}`} onClose={onClose}>
      <Shown of={loaded}>
        {(one) => (
          <>
            <ObjectionFacts one={one} />
            {one.state === 'open' && me.value?.departments.includes(one.department) && (
              <Section title={objections.resolve}>
                <p class="faint">{objections.resolveHint}</p>
                <Resolve
                  of={one}
                  onDone={() => {
                    loaded.reload();
                    onDone();
                  }}
                />
              </Section>
            )}
            <PrintButton />
          </>
        )}
      </Shown>
    </Pane>
  );
}

function ObjectionFacts({ one }: { one: Objection }) {
  const { objections } = t();
  const rows: Fact[] = [
    [t().log.filter.field, fieldName(one.field)],
    [objections.by, giverName(one.by)],
    [objections.right, rightName(one.right)],
    [objections.fault, one.fault && label(policy.value?.desk.faults[one.fault], one.fault)],
    [t().inbox.reference, one.ref],
    [objections.department, departmentName(one.department)],
    [t().inbox.due, deadline(one.due)],
    [objections.held, one.until && deadline(one.until)],
    [t().cases.state, objections.states[one.state]],
    [objections.words, one.reason],
    [objections.answer, one.answer],
    [
      objections.answered,
      one.resolved &&
        dotted(
          time(one.resolved.at, 'short'),
          officeName(one.resolved.agency),
          one.resolved.late ? objections.late : '',
          one.resolved.entry,
        ),
    ],
    [objections.corrected, one.corrected?.map(officeName).join(' · ')],
  ];
  return (
    <>
      {one.toRepresentative === false && <p class="bar warn">{objections.notToRepresentative}</p>}
      <Facts rows={rows} />
      <p class="mono faint">{one.entry}</p>
    </>
  );
}

function Resolve({ of: { id, entry }, onDone }: { of: Objection; onDone(): void }) {
  const { objections } = t();
  const outcomes = ['upheld', 'rejected'] as const;
  return (
    <Act
      fields={[
        {
          name: 'outcome',
          label: t().incidents.outcome,
          options: outcomes.map((one) => [one, objections.states[one] ?? one]),
        },
        { ...reasonField(), label: objections.written, long: true },
      ]}
      button={objections.resolve}
      run={({ outcome = '', reason }) =>
        keep('POST /v1/objections/:id/resolve', { id, body: { outcome, reason, entry } })
      }
      onDone={onDone}
    />
  );
}

function File({ onDone }: { onDone(): void }) {
  const { objections } = t();
  const { desk } = policy.value ?? {};
  const right = useSignal('');
  const { document: needs, stops, about } = desk?.rights[right.value] ?? {};
  return (
    <>
      <p class="faint">{objections.fileHint}</p>
      <Act
        fields={[
          ...whomFields(),
          {
            name: 'giver',
            label: objections.by,
            options: (desk?.objectors ?? []).map((word) => [word, giverName(word)]),
            path: '/by',
          },
          ...(about ? [] : [{ name: 'field', label: t().log.filter.field, options: fieldOptions() }]),
          { name: 'right', label: objections.right, options: optionsOf(desk?.rights) },
          ...(needs || stops ? documentFields(objections.documentHint, !needs) : []),
          { ...reasonField(), label: objections.reason, hint: objections.reasonHint, long: true },
        ]}
        onChange={(values) => put(right, values['right'] ?? '')}
        button={objections.file}
        run={async ({ giver = '', field, right: asked, reason, ...values }) => {
          const body = { subject: subjectOf(values), field, by: giver, right: asked, reason };
          const answer = await keep('POST /v1/objections', { body: { ...body, ...documentOf(values) } });
          onDone();
          return `${objections.number} ${answer.objection.id}. ${outcomeOf(answer)}`;
        }}
      />
    </>
  );
}

function Report({ onDone }: { onDone(): void }) {
  const { objections } = t();
  const faults = policy.value?.desk.faults ?? {};
  const [recipient] =
    Object.entries(policy.value?.givers ?? {}).find(([, one]) => one.is === 'recipient') ?? [];
  if (Object.keys(faults).length === 0 || recipient === undefined) return null;
  return (
    <Section title={objections.report}>
      <p class="faint">{objections.reportHint}</p>
      <Act
        fields={[
          ...whomFields(),
          { name: 'field', label: t().log.filter.field, options: fieldOptions() },
          { name: 'fault', label: objections.fault, options: optionsOf(faults) },
          reasonField(),
        ]}
        button={objections.report}
        run={async ({ field = '', fault, reason, ...values }) => {
          const body = { subject: subjectOf(values), field, by: recipient, fault, reason };
          const answer = await keep('POST /v1/objections', { body });
          onDone();
          return `${objections.number} ${answer.objection.id}. ${outcomeOf(answer)}`;
        }}
      />
    </Section>
  );
}
