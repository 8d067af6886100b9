/** The page that checks a proof in the browser. It shows everything as text. */
import { inLanguage, type Text } from '../../language.ts';
import { LANGUAGE_TAGS, LANGUAGES, type Language } from '../../languages.ts';
import { proofPageTexts as t } from '../../messages/proof-page.ts';
import { speak } from '../../messages/texts.ts';
import { type Checked, checkAttestation, proofIn, wordsOf } from '../check.ts';
import { AttestationInvalid } from '../invalid.ts';

const issuer = document.querySelector<HTMLMetaElement>('meta[name=issuer]')?.content ?? '';
const form = element('form') as HTMLFormElement;
const field = element('#proof') as HTMLTextAreaElement;
const result = element('#result');
element('#issuer').textContent = issuer;

// Each thing is said in every language: the page does not know who shows it to whom.
const speaking = Promise.all(LANGUAGE_TAGS.map(speak));

let asked = 0;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});
field.addEventListener('paste', () => setTimeout(() => check()));

// Only the gateway's own page may ask: a copy of it has another origin.
const mayAsk = issuer !== '' && new URL(issuer).origin === location.origin;

async function check(ask = false): Promise<void> {
  const mine = ++asked;
  await speaking;
  show('open', t.checking);
  try {
    const proof = proofIn(field.value);
    const checked = await checkAttestation(proof ?? '', { issuer, now: Date.now(), ask });
    if (mine === asked) tell(checked, ask);
  } catch (error) {
    if (mine === asked) refuse(error);
  }
  result.focus();
}

/** The reader's own zone, named. */
const WITH_ZONE = { dateStyle: 'medium', timeStyle: 'long' } as const;

function tell(checked: Checked, told: boolean): void {
  const yes = checked.outcome === 'YES';
  show(yes ? 'yes' : 'open', yes ? t[wordsOf(checked)] : t.unconfirmed);
  const instant = (seconds: number) => new Date(seconds * 1000).toLocaleString(undefined, WITH_ZONE);
  list([
    [t.programme, checked.programme],
    [t.issued, instant(checked.issued)],
    [t.validUntil, instant(checked.expires)],
    [t.recipient, checked.recipient ?? inAll(t.notShown)],
    [t.endsKnown, checked.statusUntil === null ? '–' : instant(checked.statusUntil)],
    [t.checked, [t.signature, t.belongs, t.dates, t.list].map(inAll).join('\n')],
  ]);
  if (yes) paragraph(told ? t.asked : t.askFirst);
  if (yes && mayAsk && !told) offerToAsk();
  paragraph(t.notInPublic);
}

function offerToAsk(): void {
  const button = spoken('button', t.ask);
  button.addEventListener('click', () => void check(true));
  result.append(button);
}

function refuse(error: unknown): void {
  if (error instanceof AttestationInvalid) {
    show('no', t.invalid(error.fault));
    paragraph(t[error.fault]);
    return;
  }
  show('open', t.unchecked);
  paragraph(t.unknown);
}

function show(kind: 'yes' | 'no' | 'open', said: Text): void {
  result.hidden = false;
  result.className = kind;
  result.replaceChildren(spoken('h2', said));
}

function paragraph(said: Text): void {
  result.append(spoken('p', said));
}

function list(rows: readonly (readonly [Text, string])[]): void {
  const made = document.createElement('dl');
  for (const [name, value] of rows) {
    const told = value.split('\n').map((line) => text('dd', line));
    made.append(text('dt', inAll(name)), ...told);
  }
  result.append(made);
}

/** The first language is that of the document. */
function spoken(tag: string, said: Text): HTMLElement {
  const [first, ...others] = LANGUAGE_TAGS;
  const made = text(tag, inLanguage(said, [first as Language]));
  for (const language of others) {
    const other = text('span', inLanguage(said, [language]));
    other.lang = LANGUAGES[language].tag;
    made.append(' ', other);
  }
  return made;
}

const inAll = (said: Text) => Object.values(said).join(' · ');

function text(tag: string, content: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = content;
  return made;
}

function element(selector: string): HTMLElement {
  return document.querySelector(selector) as HTMLElement;
}
