/** The page that checks a proof in the browser. It shows everything as text. */
import { type Checked, checkAttestation, proofIn } from '../check.ts';
import { AttestationInvalid } from '../invalid.ts';
import { ELIGIBLE, MEANINGS, type Said, UNCONFIRMED } from '../meanings.ts';

const issuer = document.querySelector<HTMLMetaElement>('meta[name=issuer]')?.content ?? '';
const form = element('form') as HTMLFormElement;
const field = element('#proof') as HTMLTextAreaElement;
const result = element('#result');
element('#issuer').textContent = issuer;

let asked = 0;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});
field.addEventListener('paste', () => setTimeout(check));

async function check(): Promise<void> {
  const mine = ++asked;
  const proof = proofIn(field.value);
  show('open', { en: 'Checking …', zh: '正在核验……' });
  try {
    const checked = await checkAttestation(proof ?? '', { issuer, now: Date.now() });
    if (mine === asked) tell(checked);
  } catch (error) {
    if (mine === asked) refuse(error);
  }
  result.focus();
}

/** The reader's own zone, named. */
const WITH_ZONE = { dateStyle: 'medium', timeStyle: 'long' } as const;

function tell(checked: Checked): void {
  const yes = checked.outcome === 'YES';
  show(yes ? 'yes' : 'open', yes ? ELIGIBLE : UNCONFIRMED);
  const instant = (seconds: number) => new Date(seconds * 1000).toLocaleString(undefined, WITH_ZONE);
  list([
    [{ en: 'Programme', zh: '项目' }, checked.programme],
    [{ en: 'Issued', zh: '签发时间' }, instant(checked.issued)],
    [{ en: 'Valid until', zh: '有效期至' }, instant(checked.expires)],
    [{ en: 'Recipient', zh: '接收方' }, checked.recipient ?? 'not shown · 未披露'],
    [
      { en: 'Not revoked as of', zh: '截至此时未被撤销' },
      checked.statusAt === null ? '–' : instant(checked.statusAt),
    ],
    [{ en: 'Checked', zh: '已核验' }, CHECKED],
  ]);
  paragraph({
    en: 'The proof is for its recipient. It must not be quoted in public material.',
    zh: '本证明仅供接收方使用，不得在公开宣传材料中引用。',
  });
}

const CHECKED = [
  'signature by a key of the issuer · 签发者签名',
  'what is shown belongs to it · 披露内容一致',
  'kind, issuer and dates · 类型、签发者与日期',
  'not revoked, by the issuer’s list · 未被撤销（依签发者列表）',
].join('\n');

function refuse(error: unknown): void {
  if (error instanceof AttestationInvalid) {
    show('no', { en: `Not valid: ${error.fault}`, zh: `无效：${error.fault}` });
    const meaning = MEANINGS.get(error.fault);
    if (meaning) paragraph(meaning);
    return;
  }
  show('open', { en: 'Could not be checked', zh: '无法核验' });
  paragraph({
    en: 'The issuer gave no keys or no status. Nothing is known about the proof; try again later.',
    zh: '未能取得签发者的公钥或状态列表，证明真伪未知，请稍后再试。',
  });
}

function show(kind: 'yes' | 'no' | 'open', said: Said): void {
  result.hidden = false;
  result.className = kind;
  result.replaceChildren(spoken('h2', said));
}

function paragraph(said: Said): void {
  result.append(spoken('p', said));
}

function list(rows: readonly (readonly [Said, string])[]): void {
  const made = document.createElement('dl');
  for (const [name, value] of rows) {
    const told = value.split('\n').map((line) => text('dd', line));
    made.append(text('dt', `${name.en} · ${name.zh}`), ...told);
  }
  result.append(made);
}

function spoken(tag: string, { en, zh }: Said): HTMLElement {
  const made = text(tag, en);
  const other = text('span', zh);
  other.lang = 'zh';
  made.append(' ', other);
  return made;
}

function text(tag: string, content: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = content;
  return made;
}

function element(selector: string): HTMLElement {
  return document.querySelector(selector) as HTMLElement;
}
