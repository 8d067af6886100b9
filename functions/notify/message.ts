/** What a message says: the kind, the office, since when, how many, and where to look. It reveals no more to who reads it on the way. */

import { defined } from '../../shared/defined.ts';
import { LANGUAGE_TAGS } from '../../shared/languages.ts';
import { notifyTexts } from '../../shared/messages/notify.ts';
import { speak, wordsFor } from '../../shared/messages/texts.ts';
import type { ToTell } from '../../shared/records/gateway/to-tell.ts';

interface Message {
  /** Body of a webhook, the same at each attempt. */
  body: string;
  /** Of a letter: all languages, because its readers have several. */
  subject: string;
  text: string;
}

export async function messageOf({ of, office, count, at }: ToTell, link: string): Promise<Message> {
  await Promise.all(LANGUAGE_TAGS.map(speak));
  const timestamp = new Date(Math.floor(at / 60_000) * 60_000).toISOString();
  const words = LANGUAGE_TAGS.map((tag) => {
    const said = wordsFor(notifyTexts, tag);
    const what = said[of](String(count));
    return { what, text: said.text(what, office, timestamp, link) };
  });
  return {
    body: JSON.stringify({
      type: `fieldgate.${of}`,
      timestamp,
      data: { ...defined({ office }), count, link },
    }),
    subject: `Fieldgate: ${words.map(({ what }) => what).join(' · ')}`,
    text: `${words.map(({ text }) => text).join('\n\n')}\n`,
  };
}
