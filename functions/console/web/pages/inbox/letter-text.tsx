/** The letters that go with a task, as they are handed over. The one that was shown last is the one that closes it. */
import { type Signal, useSignal } from '@preact/signals';
import type { Letter } from '../../../../../shared/contract/casework.ts';
import { LANGUAGE_TAGS } from '../../../../../shared/languages.ts';
import { call } from '../../gateway/api.ts';
import { languageNamed } from '../../languages.ts';
import { t } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { Lines } from '../../ui/lines.tsx';
import { Section } from '../../ui/pane.tsx';
import { PrintButton } from '../../ui/print-button.tsx';
import { Failure } from '../../ui/state.tsx';

interface Props {
  task: { id: string; letters?: string[] | undefined };
  shown: Signal<Letter | null>;
}

export function LetterText({ task: { id, letters = [] }, shown }: Props) {
  const { inbox } = t();
  const error = useSignal<unknown>(null);
  const show = async (letter: string, lang: string) => {
    error.value = null;
    await call('GET /v1/tasks/:id/letter', { id, query: { letter, lang } }).then(
      (answer) => {
        shown.value = answer.letter;
      },
      (failure) => {
        error.value = failure;
      },
    );
  };
  const letter = shown.value;
  return (
    <Section title={inbox.notice}>
      <p class="row">
        {letters.flatMap((name, at) =>
          LANGUAGE_TAGS.map((tag) => (
            <Button
              key={name + tag}
              onClick={() => void show(name, tag)}
              pressed={letter?.name === name && letter.lang === tag}
            >
              {letters.length > 1 && `${at + 1} `}
              {languageNamed(tag).tag}
            </Button>
          )),
        )}
      </p>
      {error.value !== null && <Failure error={error.value} />}
      {letter && (
        <>
          <blockquote lang={letter.lang}>
            <h3>{letter.title}</h3>
            <p>{letter.to}</p>
            {letter.parts.map(({ heading, text }) => (
              <Lines key={heading} text={`${heading}\n${text}`} lang={letter.lang} />
            ))}
            <p class="mono">{letter.digest}</p>
          </blockquote>
          <PrintButton />
        </>
      )}
    </Section>
  );
}
