// Numbers, money, dates and durations as people write them in the language of the screen.
// Pure: the same arguments give the same text. Money comes from the server in whole units
// (18400.5 means eighteen thousand four hundred euro and a half).
import type { Language } from './i18n';

export interface Format {
  language: Language;
  locale: string;
  timezone: string;
  currency: string;
  /** 1.240 */
  number(value: number, digits?: number): string;
  /** 1,2 mln: for tight places only */
  compact(value: number): string;
  /** 18.400 EUR: no cents from 1,000 upwards */
  money(value: number, currency?: string): string;
  /** 0.347 -> 34,7 % ; null -> en dash */
  percent(share: number | null | undefined, digits?: number): string;
  /** As percent, for columns: 0.68 -> 68,0 %, so that the digits stand under one another; 0 and 1 are whole. */
  share(share: number | null | undefined): string;
  /** seconds -> 2 h 5 min ; null -> en dash */
  duration(seconds: number | null | undefined): string;
  /** 3 ottobre 2026 */
  date(time: string | number | Date): string;
  /** 3 ott */
  shortDate(time: string | number | Date): string;
  /** lunedì 3 ottobre 2026 */
  longDate(time: string | number | Date): string;
  /** ottobre 2026 */
  month(time: string | number | Date): string;
  /** 14:05 */
  time(time: string | number | Date): string;
  /** 3 ott 2026, 14:05 */
  dateTime(time: string | number | Date): string;
  /** 2 giorni fa, against `now` */
  relative(time: string | number | Date, now?: Date): string;
}

const none = '–';
const space = '\u00a0';

const durationUnits: Record<Language, { d: [string, string]; h: string; min: string; s: string }> = {
  it: { d: ['giorno', 'giorni'], h: 'h', min: 'min', s: 's' },
  en: { d: ['day', 'days'], h: 'h', min: 'min', s: 's' },
};

function asDate(value: string | number | Date): Date {
  // A bare day belongs to the calendar, not to a place: noon UTC shows the same day in every zone of Europe.
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return new Date(`${value}T12:00:00Z`);
  return new Date(value);
}

function durationText(seconds: number, language: Language, number: (v: number, d?: number) => string): string {
  const units = durationUnits[language];
  if (seconds < 60) return `${number(Math.round(seconds))}${space}${units.s}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${number(minutes)}${space}${units.min}`;
  if (seconds < 48 * 3600) {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    const head = `${number(hours)}${space}${units.h}`;
    return rest === 0 || hours >= 10 ? head : `${head} ${number(rest)}${space}${units.min}`;
  }
  const days = seconds / 86400;
  const shown = days < 10 ? Math.round(days * 10) / 10 : Math.round(days);
  return `${number(shown, Number.isInteger(shown) ? 0 : 1)}${space}${shown === 1 ? units.d[0] : units.d[1]}`;
}

function relativeText(time: Date, now: Date, locale: string): string {
  const seconds = (time.getTime() - now.getTime()) / 1000;
  const rtf = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [
    [60, 'second'],
    [3600, 'minute'],
    [86400, 'hour'],
    [86400 * 30, 'day'],
    [86400 * 365, 'month'],
    [Infinity, 'year'],
  ];
  const sizes: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86400, month: 86400 * 30.4, year: 86400 * 365.25 };
  const unit = steps.find(([limit]) => Math.abs(seconds) < limit)![1];
  return rtf.format(Math.round(seconds / (sizes[unit] ?? 1)), unit);
}

export function makeFormat(language: Language, timezone: string, currency: string): Format {
  const locale = language === 'it' ? 'it-IT' : 'en-GB';
  const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
  const numberFormat = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = 'n' + JSON.stringify(options);
    let format = cache.get(key) as Intl.NumberFormat | undefined;
    if (!format) cache.set(key, (format = new Intl.NumberFormat(locale, { useGrouping: 'always', ...options } as Intl.NumberFormatOptions)));
    return format;
  };
  const dateFormat = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const key = 'd' + JSON.stringify(options);
    let format = cache.get(key) as Intl.DateTimeFormat | undefined;
    if (!format) cache.set(key, (format = new Intl.DateTimeFormat(locale, { timeZone: timezone, ...options })));
    return format;
  };
  const when = (options: Intl.DateTimeFormatOptions) => (time: string | number | Date) => {
    const date = asDate(time);
    return Number.isNaN(date.getTime()) ? none : dateFormat(options).format(date);
  };
  const number = (value: number, digits = 0): string => numberFormat({ maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value);
  return {
    language,
    locale,
    timezone,
    currency,
    number,
    compact: (value) => numberFormat({ notation: 'compact', maximumFractionDigits: 1 }).format(value),
    money: (value, other) => {
      const digits = Math.abs(value) >= 1000 || Number.isInteger(value) ? 0 : 2;
      return numberFormat({ style: 'currency', currency: other ?? currency, currencyDisplay: 'code', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
    },
    percent: (share, digits = 1) =>
      share === null || share === undefined || Number.isNaN(share) ? none : `${number(share * 100, digits)}${space}%`,
    share: (share) =>
      share === null || share === undefined || Number.isNaN(share) ? none : `${share === 0 || share === 1 ? number(share * 100) : numberFormat({ maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(share * 100)}${space}%`,
    duration: (seconds) => (seconds === null || seconds === undefined ? none : durationText(seconds, language, number)),
    date: when({ day: 'numeric', month: 'long', year: 'numeric' }),
    shortDate: when({ day: 'numeric', month: 'short' }),
    longDate: when({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    month: when({ month: 'long', year: 'numeric' }),
    time: when({ hour: '2-digit', minute: '2-digit' }),
    dateTime: when({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }),
    relative: (time, now = new Date()) => relativeText(asDate(time), now, locale),
  };
}
