/** Texts of the pages in the chosen language; one language is loaded at a time. */
import { computed, effect, signal } from '@preact/signals';
import { inLanguage, type Text } from '../../../shared/language.ts';
import { zoneName } from '../../../shared/times.ts';
import { prefs } from './frame/prefs.ts';
import { languageNamed, type Messages, messagesIn } from './languages.ts';
import { DAY } from './units.ts';

const loaded = signal<{ language: string; texts: Messages } | null>(null);

export const ready = computed(() => loaded.value !== null);

/** The texts. They must not be read before `ready`. */
export function t(): Messages {
  return (loaded.value as { texts: Messages }).texts;
}

export const language = computed(() => loaded.value?.language ?? prefs.value.language);

effect(() => {
  const wanted = prefs.value.language;
  void messagesIn(wanted).then((texts) => {
    if (prefs.value.language !== wanted) return;
    loaded.value = { language: wanted, texts };
    document.documentElement.lang = languageNamed(wanted).tag;
  });
});

const locale = () => languageNamed(language.value).locale;

export const number = (value: number) => new Intl.NumberFormat(locale()).format(value);
export const percent = (value: number) =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(value);

/** Minutes by which the policy's zone is ahead of UTC; `null` until the gateway has said so. */
const offset = signal<number | null>(null);

/** From now on times are shown in this zone instead of the browser's. */
export function showTimesIn(utcOffsetMinutes: number): void {
  offset.value = utcOffsetMinutes;
}

export const offsetAt = (at: number) => offset.value ?? -new Date(at).getTimezoneOffset();

/** Its clock in UTC shows the time in the zone: browsers do not know zones by offset. */
function shifted(instant: string | number): Date {
  const at = new Date(instant).valueOf();
  return new Date(at + offsetAt(at) * 60_000);
}

export function time(instant: string | number, style: 'full' | 'short' | 'hour' = 'full'): string {
  const date = shifted(instant);
  if (Number.isNaN(date.valueOf())) return '';
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  // Chinese puts no zero before a month, so none before a day.
  const digits = language.value === 'zh' ? 'numeric' : '2-digit';
  const day = { year: 'numeric', month: 'short', day: digits } as const;
  const options =
    style === 'hour'
      ? clock
      : style === 'short'
        ? { ...day, ...clock }
        : { ...day, ...clock, second: '2-digit' as const };
  return new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' }).format(date);
}

export function day(instant: string | number): string {
  const options = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale(), options).format(shifted(instant));
}

/** The day in another language than the page's. */
export const dayIn = (instant: string, code: string) =>
  new Intl.DateTimeFormat(languageNamed(code).locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    shifted(instant),
  );

/** The first instant after what is due today in the zone: that can be due at midnight. */
export function afterToday(): string {
  const now = Date.now();
  const ahead = offsetAt(now) * 60_000;
  return new Date((Math.floor((now + ahead) / DAY) + 1) * DAY - ahead + 1).toISOString();
}

/** Without its year, below a bar of a chart. */
export function dayOfMonth(instant: string | number): string {
  const options = { month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale(), options).format(shifted(instant));
}

/** @param day 0 is Sunday */
export const weekday = (day: number) =>
  new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' }).format((day + 3) * DAY);

/** The hour of the week in the zone, from Sunday's first. */
export function weekHour(instant: number): number {
  const at = shifted(instant);
  return at.getUTCDay() * 24 + at.getUTCHours();
}

/** The month of an instant in the zone: `2026-11`. */
export const monthIn = (instant: string) => shifted(instant).toISOString().slice(0, 7);

/** The last day of a period of days, instead of the midnight after it; otherwise the instant. */
export function deadline(instant: string): string {
  const at = new Date(instant).valueOf();
  return (at + offsetAt(at) * 60_000) % DAY === 0 ? day(at - 1) : time(at, 'short');
}

/** The instant of a time as it is typed in the zone: `2026-11-26T15:20`. */
export function instantOf(local: string): string {
  const at = Date.parse(`${local}Z`);
  return new Date(at - offsetAt(at) * 60_000).toISOString();
}

/** An instant as it is typed in the zone, in whole minutes: `2026-11-26T15:20`. */
export const localTime = (instant: number) => shifted(instant).toISOString().slice(0, 16);

/** The day of an instant in the zone: `2026-11-26`. */
export const isoDay = (instant: number) => localTime(instant).slice(0, 10);

/** The instant at which a day of the zone ends, which is the midnight after it. */
export const endOfDay = (isoDay: string) =>
  new Date(Date.parse(instantOf(`${isoDay}T00:00`)) + DAY).toISOString();

export const zone = () => zoneName({ utcOffsetMinutes: offsetAt(Date.now()) });

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The time since an instant, or until it. */
export function ago(instant: string | number, now = Date.now()): string {
  const seconds = Math.round((new Date(instant).valueOf() - now) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** The name of a thing of the pack or of an office in the chosen language. */
export function label(one: { label?: Text | undefined } | undefined, code = ''): string {
  return one?.label === undefined ? code : inLanguage(one.label, [language.value]);
}

/** The parts that there are, in one line. */
export function dotted(...parts: (string | null | undefined)[]): string {
  return parts.filter((one) => one !== undefined && one !== null && one.trim() !== '').join(' · ');
}

/**
 * Text written by others, with control and bidirectional characters made visible. Otherwise they could hide
 * or reverse parts of the page.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (char) => `⟨${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
