import { useSignal } from '@preact/signals';
import { LANGUAGES } from '../../../../shared/languages.ts';
import { type Prefs, prefs, setPrefs } from '../frame/prefs.ts';
import { person, sessionTimes } from '../gateway/session.ts';
import { languageNamed } from '../languages.ts';
import { t, time, zone } from '../text.ts';
import { Button } from '../ui/button.tsx';
import { put } from '../ui/kept.ts';
import { Facts } from '../ui/table.tsx';
import { keepPolicy } from '../verify/pinned.ts';
import { forgetAll } from '../verify/remembered.ts';

const NAMES = Object.fromEntries(Object.entries(LANGUAGES).map(([code, { name }]) => [code, name]));

export default function Settings() {
  const { settings, roles } = t();
  const word = useSignal('');
  const forgotten = useSignal(false);
  const who = person.value;
  const times = sessionTimes();
  return (
    <article class="column">
      <Choice name="language" title={settings.language} options={NAMES} />
      <Choice name="theme" title={settings.theme} options={settings.themes} />
      <Choice name="density" title={settings.density} options={settings.densities} />
      <fieldset>
        <legend>{settings.keys}</legend>
        {[true, false].map((on) => (
          <label key={String(on)}>
            <input
              type="radio"
              name="keys"
              checked={prefs.value.keys === on}
              onChange={() => setPrefs({ keys: on })}
            />
            {on ? settings.keysOn : settings.keysOff}
          </label>
        ))}
      </fieldset>
      <h2>{settings.session}</h2>
      {who && (
        <Facts
          rows={[
            [settings.signedInAs, who.name],
            [settings.office, who.office],
            [settings.may, who.actions.map((one) => roles[one as 'audit'] ?? one).join(', ')],
            [settings.since, times && times.since !== null && time(times.since * 1000)],
            [settings.ends, times && time(times.ends * 1000)],
            [settings.zone, zone()],
          ]}
        />
      )}
      <h2>{settings.forget}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (word.value !== settings.forgetWord) return;
          keepPolicy(null);
          void forgetAll().then(() => {
            forgotten.value = true;
            word.value = '';
          });
        }}
      >
        <label>
          {settings.forgetHint}
          <input
            type="text"
            value={word.value}
            onInput={(event) => put(word, event.currentTarget.value)}
            autocomplete="off"
          />
        </label>
        <Button kind="danger" type="submit" disabled={word.value !== settings.forgetWord}>
          {settings.forget}
        </Button>
        {forgotten.value && <p role="status">{settings.forgotten}</p>}
      </form>
    </article>
  );
}

type ChoiceName = Exclude<keyof Prefs, 'keys'>;

function Choice({
  name,
  title,
  options,
}: {
  name: ChoiceName;
  title: string;
  options: Record<string, string>;
}) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {Object.entries(options).map(([value, text]) => (
        <label key={value} lang={name === 'language' ? languageNamed(value).tag : undefined}>
          <input
            type="radio"
            name={name}
            checked={prefs.value[name] === value}
            onChange={() => setPrefs({ [name]: value })}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
