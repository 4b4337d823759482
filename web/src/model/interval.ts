// The 95 % interval of a share that was counted: x of n.
// Wilson's score interval: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
// Journal of the American Statistical Association 22 (1927), 209-212; in the form of R. G. Newcombe, "Two-sided
// confidence intervals for the single proportion", Statistics in Medicine 17 (1998), 857-872, method 3.
// Unlike the plain normal interval it never leaves 0 to 1, and it holds for small n and for shares near 0 and 1.
import type { Format } from '@/base/format';

const z = 1.959963984540054; // the 97.5 % quantile of the normal distribution

export interface Interval {
  low: number;
  high: number;
}

/** Null when nobody was counted, or when x is no part of n. */
export function wilson(x: number, n: number): Interval | null {
  if (!(n > 0) || !(x >= 0) || x > n) return null;
  const p = x / n;
  const middle = 2 * n * p + z * z;
  const reach = z * Math.sqrt(z * z + 4 * n * p * (1 - p));
  const under = 2 * (n + z * z);
  return { low: x === 0 ? 0 : (middle - reach) / under, high: x === n ? 1 : (middle + reach) / under };
}

/** Digits of a percentage that the interval justifies: none of a wide one, two of a very narrow one. */
const digitsOf = ({ low, high }: Interval): number => (high - low < 0.002 ? 2 : high - low < 0.05 ? 1 : 0);

/** "da 12,3 % a 14,1 %"; an en dash when there is none. */
export function intervalText(x: number, n: number, format: Format): string {
  const interval = wilson(x, n);
  if (interval === null) return '–';
  const digits = digitsOf(interval);
  return `${format.number(interval.low * 100, digits)}–${format.percent(interval.high, digits)}`;
}

/** "12,9 % (95 %: 12,3–14,1 %, n = 1.240)": a share with what it rests on. */
export function shareText(x: number, n: number, format: Format): string {
  if (!(n > 0)) return '–';
  return `${format.percent(x / n)} (95\u00a0%: ${intervalText(x, n, format)}, n\u00a0=\u00a0${format.number(n)})`;
}

/** The same without the share: what stands below one. */
export const groundsText = (x: number, n: number, format: Format): string => (n > 0 ? `95\u00a0%: ${intervalText(x, n, format)} · n\u00a0=\u00a0${format.number(n)}` : '–');

/** Cells of a CSV: n and both ends. */
export function intervalCells(x: number, n: number): (number | null)[] {
  const interval = wilson(x, n);
  return [n, interval?.low ?? null, interval?.high ?? null];
}
