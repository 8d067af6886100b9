import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { setPrefs } from '../frame/prefs.ts';
import { about, BASE, type Metadata } from '../gateway/about.ts';
import { ended, signIn } from '../gateway/session.ts';
import { languageAfter, languageNamed } from '../languages.ts';
import { language, t } from '../text.ts';
import { Button } from '../ui/button.tsx';
import { put } from '../ui/kept.ts';

const WHY = {
  broken: 'broken',
  NO_OFFICE: 'noOffice',
  OTHER_OFFICE: 'otherOffice',
  NO_ROLE: 'noRole',
  AGENCY_SUSPENDED: 'suspended',
  locked: 'locked',
  'signed-out': 'signedOut',
  'not-asked': 'notAsked',
  ISSUER_UNAVAILABLE: 'unavailable',
} as const;

export function SignIn() {
  const { signIn: text, frame } = t();
  const metadata = useSignal<Metadata | null>(null);
  const digest = useSignal('');
  const failed = useSignal(false);
  useEffect(() => {
    about().then(
      (answer) => put(metadata, answer),
      () => put(failed, true),
    );
    buildDigest().then(
      (value) => put(digest, value),
      () => {},
    );
  }, []);
  const people = metadata.value?.fieldgate_people;
  const why = ended.value === null ? null : (WHY[ended.value as keyof typeof WHY] ?? 'over');
  return (
    <main class="signin" id="main">
      <h1>
        {text.title} <span class="faint">{text.subtitle}</span>
      </h1>
      <p class="mono">{location.host}</p>
      {why && (
        <p class="bar" role="status">
          {text[why]}{' '}
          {why === 'notAsked' && people?.console?.end_session && (
            <a href={people.console.end_session}>{frame.signOut}</a>
          )}
        </p>
      )}
      <Button kind="main" onClick={() => void signIn().catch(() => put(failed, true))}>
        {text.button}
      </Button>
      {failed.value && <p role="alert">{text.unavailable}</p>}
      {people?.console && (
        <p class="faint">{text.hint(new URL(people.console.authorization_endpoint).host)}</p>
      )}
      {metadata.value && !people?.console && <p role="alert">{text.none}</p>}
      <p>
        <button
          type="button"
          class="button quiet"
          lang={languageNamed(languageAfter(language.value)).tag}
          onClick={() => setPrefs({ language: languageAfter(language.value) })}
        >
          {frame.language}
        </button>
      </p>
      <p class="faint">
        <a href={`${BASE}/console/build.json`}>{text.build}</a> <span class="mono">{digest.value}</span>
        <br />
        {text.buildHint}
      </p>
    </main>
  );
}

async function buildDigest(): Promise<string> {
  const bytes = await (await fetch(`${BASE}/console/build.json`)).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
