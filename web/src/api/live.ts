// What arrives now: server-sent events of GET /api/live. The browser reconnects by itself.
import { useQuery } from '@tanstack/react-query';
import type { LiveCounters, LiveEvent, LiveRecent, RejectedEvent } from '@/model/contract';
import { request } from './client';

export interface LiveListener {
  event?: (event: LiveEvent) => void;
  rejected?: (event: RejectedEvent) => void;
  counters?: (counters: LiveCounters) => void;
  state?: (state: 'connecting' | 'open' | 'closed') => void;
}

/** Listens until the returned function is called. */
export function listenLive(listener: LiveListener): () => void {
  const stream = new EventSource('/api/live');
  const on = <T>(name: string, handle: ((data: T) => void) | undefined) => {
    if (!handle) return;
    stream.addEventListener(name, (message) => {
      try {
        handle(JSON.parse((message as MessageEvent<string>).data) as T);
      } catch {
        // One unreadable line must not stop the stream.
      }
    });
  };
  on('event', listener.event);
  on('rejected', listener.rejected);
  on('counters', listener.counters);
  listener.state?.('connecting');
  stream.onopen = () => listener.state?.('open');
  stream.onerror = () => listener.state?.(stream.readyState === EventSource.CLOSED ? 'closed' : 'connecting');
  return () => stream.close();
}

export const useLiveRecent = () =>
  useQuery({ queryKey: ['live', 'recent'], queryFn: ({ signal }) => request<LiveRecent>('/api/live/recent?limit=100', { signal }), staleTime: 0, gcTime: 0 });
