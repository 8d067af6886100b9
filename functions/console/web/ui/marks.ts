import { signal } from '@preact/signals';

/** Whether a query of the page's size holds. What reads it is drawn again if a resize changes that. */
function fits(query: string) {
  const list = matchMedia(query);
  const holds = signal(list.matches);
  list.onchange = () => {
    holds.value = list.matches;
  };
  return holds;
}

/** A narrow page has pictures of its own: wide ones would be too small to read there. */
export const narrow = fits('(max-width: 700px)');
/** Rows of the log are cards, and a pane has the page. */
export const cards = fits('(max-width: 900px)');

/** The width of a picture in its own units, which are about pixels. */
export const pictureWidth = () => (narrow.value ? 380 : 960);

/** @param most in widths of a Latin letter; a Chinese character takes two */
export function fitting(name: string, most: number): string {
  let taken = 0;
  const letters = [...name];
  const end = letters.findIndex((one) => {
    taken += one > '\u2e7f' ? 2 : 1;
    return taken > most;
  });
  return end < 0 ? name : `${letters.slice(0, Math.max(1, end - 1)).join('')}…`;
}

/** A picture of links is one Tab stop; the arrows move between its marks. */
export function moveAmongMarks(event: KeyboardEvent, picture: Element | null): void {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const all = [...(picture?.querySelectorAll<SVGAElement>('a') ?? [])];
  const at = all.indexOf(document.activeElement as unknown as SVGAElement);
  all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
  event.preventDefault();
}

/** The class of the colour of a series; the ninth is that of all others. */
export function seriesOf(keys: readonly string[], key: string): string {
  const at = keys.indexOf(key);
  return `series s${at < 0 || at > 7 ? 8 : at}`;
}
