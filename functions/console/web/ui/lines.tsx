import { visible } from '../text.ts';

/** Text of several lines, each one as a paragraph. @param lang its language, if it is another than the page's */
export function Lines({ text, lang }: { text: string; lang?: string | undefined }) {
  return (
    <div lang={lang}>
      {text
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '')
        .map((line, at) => (
          <p key={at}>{visible(line)}</p>
        ))}
    </div>
  );
}
