import { call } from '../../gateway/api.ts';
import { t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Section } from '../../ui/pane.tsx';
import { StopAct } from '../second/stop-act.tsx';

interface Props {
  kind: string;
  /** This agency's reference of the person, if it may have one. Preact keeps a property `ref` for itself. */
  person?: string | undefined;
  /** The consent of a task that asks for its confirmation. */
  consent?: string | undefined;
  onDone(): void;
}

/** Tasks of acts that wait, and the act that a department may stop. */
const STOPS: Readonly<Record<string, 'erase' | 'merge' | 'move'>> = {
  erasing: 'erase',
  merging: 'merge',
  moving: 'move',
};

/** What a task of its kind asks for, besides closing it. */
export function TaskActs({ kind, person, consent, onDone }: Props) {
  const { inbox } = t();
  const stops = STOPS[kind];
  const shown = [
    { name: 'kind', label: inbox.documentKind, hint: inbox.documentKindHint },
    { name: 'number', label: t().whom.documentNumber },
  ];
  const bodyOf = ({ kind: of = '', number = '', reason }: Record<string, string>) => ({
    document: { kind: of, number },
    reason,
  });
  return (
    <>
      {stops && person && (
        <Section title={inbox.stop}>
          <p>{inbox.stopHint}</p>
          <StopAct person={person} kind={stops} onDone={onDone} />
        </Section>
      )}
      {consent && (
        <Section title={inbox.confirm}>
          <p>{inbox.confirmHint}</p>
          <Act
            fields={[...shown, reasonField()]}
            button={inbox.confirm}
            run={(values) => call('POST /v1/consents/:id/confirm', { id: consent, body: bodyOf(values) })}
            onDone={onDone}
          />
          <p>{inbox.codeHint}</p>
          <Act
            fields={[...shown, reasonField()]}
            button={inbox.code}
            run={async (values) => {
              const body = bodyOf(values);
              const { code, expires } = await call('POST /v1/consents/:id/codes', { id: consent, body });
              onDone();
              return inbox.codeIs(visible(code), time(expires, 'short'));
            }}
          />
        </Section>
      )}
    </>
  );
}
