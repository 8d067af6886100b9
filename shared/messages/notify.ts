import { many } from '../plural.ts';
import { texts } from './texts.ts';
/** What a message says that calls people to the console. It names no person, purpose or value. */
export const notify = {
  alert: (count: string) => many(count, 'new alert'),
  task: (count: string) => many(count, 'new task'),
  second: (count: string) => many(count, 'act waits for a second person', 'acts wait for a second person'),
  text: (what: string, office: string | undefined, at: string, link: string) => `${what}${office === undefined ? '' : ` for ${office}`}, since ${at}.\n${link}`,
};

export const notifyTexts = texts(notify, (language) => import(`./${language}/notify.ts`));
