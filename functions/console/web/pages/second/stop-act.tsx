import { call } from '../../gateway/api.ts';
import { t } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';

interface Props {
  /** This agency's reference of the person. */
  person: string;
  kind: 'erase' | 'merge' | 'move';
  onDone(): void;
}

/** A department that holds a part stops an act on a person before its time. */
export function StopAct({ person, kind, onDone }: Props) {
  return (
    <Act
      fields={[reasonField()]}
      button={t().inbox.stop}
      danger
      run={(values) => call(`DELETE /v1/subjects/:ref/${kind}`, { ref: person, body: values })}
      onDone={onDone}
    />
  );
}
