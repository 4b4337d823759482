// The question in the address bar. One parameter, "q", holds it as JSON; what a person typed or cut
// short is read with care, and anything unreadable gives the page's own default.

export function writeAddress(value: unknown): string {
  return JSON.stringify(value);
}

export function readAddress<T>(text: string | null, read: (value: unknown) => T, fallback: T): T {
  if (text === null) return fallback;
  try {
    return read(JSON.parse(text));
  } catch {
    return fallback;
  }
}

// Readers of single values, for the pages' own readers.
export const readText = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);
export const readBoolean = (value: unknown, fallback: boolean): boolean => (typeof value === 'boolean' ? value : fallback);
export function readOne<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.includes(value as T) ? (value as T) : fallback;
}
export const readObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
export const readList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
