// What to tell a person when a call fails: a key of the shared texts, and the server's own detail
// where it names the input to mend.
import { ApiError } from './client';

/** Codes of the server that the shared texts put into words of both languages. */
const told = ['empty_file', 'file_empty', 'not_a_table', 'file_damaged', 'missing_column'] as const;
type Told = (typeof told)[number];

export interface Explanation {
  /** Key under `error.` of the shared texts; `detail` for the server's own words. */
  key: 'offline' | 'forbidden' | 'notFound' | 'conflict' | 'tooLarge' | 'busy' | 'server' | 'detail' | `codes.${Told}`;
  detail?: string;
  field?: string;
}

export function explain(error: unknown): Explanation {
  if (!(error instanceof ApiError)) return { key: 'server' };
  const { code, detail, field } = error.problem;
  const known = told.find((item) => item === code);
  if (known) return { key: `codes.${known}` };
  if (error.status === 0 || error.status === 502 || error.status === 504) return { key: 'offline' };
  if (error.status === 403) return { key: 'forbidden' };
  if (error.status === 404) return { key: 'notFound' };
  if (error.status === 409 || error.status === 412) return { key: 'conflict' };
  if (error.status === 413) return { key: 'tooLarge' };
  if (error.status === 429 || error.status === 503) return { key: 'busy' };
  if (error.status >= 400 && error.status < 500 && detail) return { key: 'detail', detail, field };
  return { key: 'server' };
}

export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;
