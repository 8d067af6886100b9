/** A text to hand over with a notice, in every language of the console. What may not be known here stays blank. */
import { useSignal } from '@preact/signals';
import { inLanguage } from '../../../../../shared/language.ts';
import { LANGUAGE_TAGS } from '../../../../../shared/languages.ts';
import { offices, policy } from '../../gateway/reference.ts';
import { languageNamed, type Messages, messagesIn } from '../../languages.ts';
import { dayIn, t } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { put } from '../../ui/kept.ts';
import { Lines } from '../../ui/lines.tsx';
import { Section } from '../../ui/pane.tsx';
import { PrintButton } from '../../ui/print-button.tsx';

/** What the text says of a task. */
interface About {
  opened: string;
  rule?: string;
  details: { purpose?: string; agency?: string; fields?: string[] };
}

export function NoticeText({ task }: { task: About }) {
  const { inbox } = t();
  const texts = useSignal<readonly (readonly [tag: string, words: Messages])[] | null>(null);
  const show = async () =>
    put(texts, await Promise.all(LANGUAGE_TAGS.map(async (tag) => [tag, await messagesIn(tag)] as const)));
  return (
    <Section title={inbox.notice}>
      <p class="faint">{inbox.noticeHint}</p>
      {texts.value === null ? (
        <Button onClick={() => void show()}>{inbox.noticeShow}</Button>
      ) : (
        <>
          {texts.value.map(([tag, words]) => (
            <blockquote key={tag}>
              <Lines text={textOf(task, tag, words)} lang={languageNamed(tag).tag} />
            </blockquote>
          ))}
          <PrintButton />
        </>
      )}
    </Section>
  );
}

function textOf({ details, opened, rule = '' }: About, tag: string, { inbox }: Messages): string {
  const named = (label: Record<string, string> | undefined, code = '') =>
    label === undefined ? code : inLanguage(label, [tag]);
  const { purpose = '', agency = '', fields = [] } = details;
  const view = policy.value;
  return inbox.noticeLetter({
    office: named(offices.value.get(agency)?.name, agency),
    purpose: named(view?.purposes[purpose]?.label, purpose),
    fields: fields.map((name) => named(view?.fields[name]?.label, name)),
    day: dayIn(opened, tag),
    rule: dottedRule(rule, named(view?.rules[rule])),
  });
}

const dottedRule = (rule: string, text: string) => (text === '' ? rule : `${text} (${rule})`);
