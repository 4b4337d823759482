// The one place that talks HTTP. Everything else asks through the hooks of this folder.
import type { Problem } from '@/model/contract';

/** An answer of the server that is not a success, or no answer at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is (a file). */
  body?: Blob;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Versioned<T> {
  data: T;
  /** For If-Match on the next write. */
  etag: string | null;
}

async function toError(response: Response): Promise<ApiError> {
  let problem: Problem = { status: response.status };
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) problem = { ...body, status: response.status };
  } catch {
    // Not JSON: the status alone says enough.
  }
  return new ApiError(problem);
}

async function send(path: string, call: Call): Promise<Response> {
  const headers = new Headers(call.headers);
  headers.set('Accept', 'application/json');
  // A page of another site cannot set this header: it proves that the request is ours.
  if (call.method && call.method !== 'GET') headers.set('X-Viaggio', '1');
  let body: BodyInit | undefined = call.body;
  if (call.json !== undefined) {
    headers.set('Content-Type', 'application/json');
    body = JSON.stringify(call.json);
  }
  let response: Response;
  try {
    response = await fetch(path, { method: call.method ?? 'GET', headers, body, signal: call.signal, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'unreachable' });
  }
  if (!response.ok) throw await toError(response);
  return response;
}

export async function request<T>(path: string, call: Call = {}): Promise<T> {
  const response = await send(path, call);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export async function requestVersioned<T>(path: string, call: Call = {}): Promise<Versioned<T>> {
  const response = await send(path, call);
  const text = await response.text();
  return { data: (text === '' ? undefined : JSON.parse(text)) as T, etag: response.headers.get('ETag') };
}

/** Adds only the parameters that have a value. */
export function withQuery(path: string, parameters: Record<string, string | number | undefined | null>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
