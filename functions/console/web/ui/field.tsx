/** One field of a form: a line, a text, a choice, several choices, a time, or the digest of a file that stays here. */
import { useSignal } from '@preact/signals';
import { t } from '../text.ts';
import { put } from './kept.ts';

export interface Field {
  name: string;
  label: string;
  hint?: string | undefined;
  options?: readonly (readonly [value: string, label: string])[];
  /** Several of the options; the value is their words with commas between. */
  several?: boolean;
  /** Rejects a value; the result is a sentence with the fault. */
  check?(value: string): string | null;
  optional?: boolean;
  /** The text of no choice. */
  none?: string;
  /** Most characters of a long text. */
  most?: number;
  /** What stands there at first. */
  value?: string;
  long?: boolean;
  /** `digest`: SHA-256, in hexadecimal, of a file that is read here and sent nowhere; `text-file`: its text. */
  type?: 'date' | 'datetime-local' | 'digest' | 'text-file';
  /** Where the gateway's faults name it, if not by its name. */
  path?: string;
}

interface Props {
  value: string;
  set(value: string): void;
}

interface FormProps {
  fields: readonly Field[];
  /** By the field's name, as the faults. */
  values: Readonly<Record<string, string>>;
  wrong: Readonly<Record<string, string | undefined>>;
  set(name: string, value: string): void;
}

export function Controls({ fields, values, wrong, set }: FormProps) {
  return fields.map((field) => (
    <Control
      key={field.name}
      field={field}
      value={values[field.name] ?? ''}
      wrong={wrong[field.name]}
      setNamed={set}
    />
  ));
}

interface ControlProps {
  field: Field;
  value: string;
  wrong: string | undefined;
  setNamed: FormProps['set'];
}

function Control({ field, value, wrong, setNamed }: ControlProps) {
  const { name, label, hint, several, options, type } = field;
  // Made here, where it holds no value: a browser can keep an input, with what listens to it, after its form is gone.
  const set: Props['set'] = (to) => setNamed(name, to);
  // The fault stands inside the label, so it is told with the name of the field. Several forms of a page have a reason.
  const about = { name, ...(wrong !== undefined && { 'aria-invalid': true }) };
  if (several) {
    return (
      <fieldset class={wrong ? 'wrong' : undefined}>
        <legend>{label}</legend>
        {hint && <small>{hint}</small>}
        <Fault wrong={wrong} />
        <Several {...{ name, options: options ?? [], value, set }} />
      </fieldset>
    );
  }
  return (
    <label class={`field ${wrong ? 'wrong' : ''}`}>
      <span>{label}</span>
      {hint && <small>{hint}</small>}
      <Fault wrong={wrong} />
      {options ? (
        <select {...about} value={value} onChange={(event) => set(event.currentTarget.value)}>
          <option value="">{field.none}</option>
          {options.map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
        </select>
      ) : type === 'digest' || type === 'text-file' ? (
        <FromFile about={about} value={value} set={set} type={type} />
      ) : field.long ? (
        <textarea
          {...about}
          rows={3}
          maxLength={field.most}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      ) : (
        <input
          {...about}
          type={type ?? 'text'}
          autocomplete="off"
          spellcheck={false}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </label>
  );
}

function Fault({ wrong }: { wrong: string | undefined }) {
  return wrong === undefined ? null : <small class="bad">{wrong}</small>;
}

function Several({
  name,
  options,
  value,
  set,
}: { name: string; options: NonNullable<Field['options']> } & Props) {
  const chosen = value === '' ? [] : value.split(',');
  return (
    <>
      {options.map(([one, text]) => (
        <label key={one}>
          <input
            type="checkbox"
            name={name}
            value={one}
            checked={chosen.includes(one)}
            onChange={({ currentTarget: { checked } }) =>
              set((checked ? [...chosen, one] : chosen.filter((other) => other !== one)).join(','))
            }
          />
          {text}
        </label>
      ))}
    </>
  );
}

function FromFile({ about, value, set, type }: { about: object; type: 'digest' | 'text-file' } & Props) {
  const failed = useSignal(false);
  const { act } = t();
  return (
    <>
      <input
        {...about}
        type="file"
        onChange={({ currentTarget: { files } }) => {
          const [file] = files ?? [];
          failed.value = false;
          set('');
          if (file) (type === 'digest' ? digestOf(file) : file.text()).then(set, () => put(failed, true));
        }}
      />
      <span class="mono faint" role="status">
        {failed.value ? act.unread : type === 'digest' && value && act.digest(value.slice(0, 16))}
      </span>
    </>
  );
}

async function digestOf(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
