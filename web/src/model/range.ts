// The period of a question: presets relative to today, or two chosen days. Days are calendar days of
// the workspace's time zone; the server gets instants, from inclusive and to exclusive.
import type { Interval, TimeRange } from './contract';

export const rangePresets = ['last7', 'last28', 'last90', 'thisMonth', 'previousMonth', 'last12m', 'all'] as const;
export type RangePreset = (typeof rangePresets)[number];

/** Either a preset, or chosen days "2026-10-01" to "2026-10-31", both included. */
export type RangeChoice = { preset: RangePreset } | { from: string; to: string };

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

export function readRange(value: unknown, fallback: RangeChoice): RangeChoice {
  if (typeof value !== 'object' || value === null) return fallback;
  const { preset, from, to } = value as Record<string, unknown>;
  if (rangePresets.includes(preset as RangePreset)) return { preset: preset as RangePreset };
  if (typeof from === 'string' && typeof to === 'string' && dayPattern.test(from) && dayPattern.test(to)) {
    return from <= to ? { from, to } : { from: to, to: from };
  }
  return fallback;
}

/** The calendar day of an instant in a time zone. */
export function dayIn(timezone: string, instant: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function addMonths(day: string, months: number): string {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return `${date.toISOString().slice(0, 8)}${String(Math.min(Number(day.slice(8)), last)).padStart(2, '0')}`;
}

/** How far the zone is ahead of UTC at that instant, in ms. */
function offset(timezone: string, instant: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((item) => item.type === type)!.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(instant / 1000) * 1000;
}

/** The instant at which a calendar day begins in a time zone. */
export function startOfDay(day: string, timezone: string): Date {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  // The offset at the guess may differ from the one at midnight on days when clocks change: look twice.
  const first = asUtc - offset(timezone, asUtc);
  return new Date(asUtc - offset(timezone, first));
}

/** First and last day (both included); null for all time. */
export function daysOf(choice: RangeChoice, timezone: string, now: Date): { from: string; to: string } | null {
  if (!('preset' in choice)) return choice;
  const today = dayIn(timezone, now);
  const monthStart = `${today.slice(0, 7)}-01`;
  switch (choice.preset) {
    case 'last7': return { from: addDays(today, -6), to: today };
    case 'last28': return { from: addDays(today, -27), to: today };
    case 'last90': return { from: addDays(today, -89), to: today };
    case 'thisMonth': return { from: monthStart, to: today };
    case 'previousMonth': return { from: addMonths(monthStart, -1), to: addDays(monthStart, -1) };
    case 'last12m': return { from: addDays(addMonths(today, -12), 1), to: today };
    case 'all': return null;
  }
}

/** What the question carries; undefined for all time. */
export function toTimeRange(choice: RangeChoice, timezone: string, now: Date): TimeRange | undefined {
  const days = daysOf(choice, timezone, now);
  if (days === null) return undefined;
  return { from: startOfDay(days.from, timezone).toISOString(), to: startOfDay(addDays(days.to, 1), timezone).toISOString() };
}

/** The period of the same number of days just before; null for all time. */
export function previousRange(choice: RangeChoice, timezone: string, now: Date): TimeRange | null {
  const days = daysOf(choice, timezone, now);
  if (days === null) return null;
  if ('preset' in choice && choice.preset === 'previousMonth') {
    return toTimeRange({ from: addMonths(days.from, -1), to: addDays(days.from, -1) }, timezone, now)!;
  }
  const length = Math.round((Date.parse(days.to) - Date.parse(days.from)) / 86_400_000) + 1;
  return toTimeRange({ from: addDays(days.from, -length), to: addDays(days.from, -1) }, timezone, now)!;
}

/** The interval that gives a readable number of points for a period. */
export function intervalFor(choice: RangeChoice, timezone: string, now: Date): Interval {
  const days = daysOf(choice, timezone, now);
  if (days === null) return 'month';
  const length = (Date.parse(days.to) - Date.parse(days.from)) / 86_400_000 + 1;
  if (length <= 2) return 'hour';
  if (length <= 62) return 'day';
  if (length <= 400) return 'week';
  return 'month';
}
