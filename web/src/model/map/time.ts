// The months at the foot of the map: bars, two handles, and the period they stand for.
import type { RangeChoice } from '@/model/range';

export interface MonthBar {
  /** First day: "2026-10-01". */
  start: string;
  customers: number;
  x: number;
  y: number;
  width: number;
  height: number;
  inside: boolean;
}

export interface Months {
  bars: MonthBar[];
  /** Edges of the chosen span, in pixels. */
  from: number;
  to: number;
  first: number;
  last: number;
}

/** "ott"; in January the year where it may be written. */
export const monthName = (month: string, locale: string, year: boolean): string =>
  year ? month.slice(0, 4) : new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' }).format(new Date(`${month}T12:00:00Z`));

const lastDay = (month: string): string => {
  const [year, index] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  return `${month.slice(0, 7)}-${String(new Date(Date.UTC(year, index, 0)).getUTCDate()).padStart(2, '0')}`;
};

/** Which bars a span of days touches; all of them for all time. */
export function monthsInside(months: { start: string }[], days: { from: string; to: string } | null): { first: number; last: number } {
  const end = months.length - 1;
  if (days === null) return { first: 0, last: end };
  const inside = months.map((month, index) => (month.start <= days.to && lastDay(month.start) >= days.from ? index : -1)).filter((index) => index >= 0);
  return inside.length === 0 ? { first: end, last: end } : { first: inside[0]!, last: inside[inside.length - 1]! };
}

export function layoutMonths(
  months: { start: string; customers: number }[], days: { from: string; to: string } | null, frame: { left: number; right: number; top: number; height: number },
): Months {
  const { first, last } = monthsInside(months, days);
  const most = Math.max(1, ...months.map((month) => month.customers));
  const step = months.length === 0 ? 0 : (frame.right - frame.left) / months.length;
  const bars = months.map((month, index) => {
    const height = (month.customers / most) * frame.height;
    return { ...month, x: frame.left + index * step + step * 0.14, width: step * 0.72, y: frame.top + frame.height - height, height, inside: index >= first && index <= last };
  });
  return { bars, first, last, from: frame.left + first * step, to: frame.left + (last + 1) * step };
}

/** The period of whole months from one bar to another; the newest month ends today. */
export function monthsToRange(months: { start: string }[], first: number, last: number, today: string): RangeChoice {
  const low = Math.max(0, Math.min(first, last));
  const high = Math.min(months.length - 1, Math.max(first, last));
  const end = lastDay(months[high]!.start);
  return { from: months[low]!.start, to: end > today ? today : end };
}

/** Which bar is under a point. */
export function monthAt(x: number, count: number, frame: { left: number; right: number }): number {
  const share = (x - frame.left) / (frame.right - frame.left);
  return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
}
