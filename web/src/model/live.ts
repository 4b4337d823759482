// What the live page shows: the newest events and refusals, bounded, without doubles.
import type { LiveCounters, LiveEvent, LiveRecent, RejectedEvent } from './contract';

export interface LiveState {
  events: LiveEvent[];
  rejected: RejectedEvent[];
  counters: LiveCounters | null;
}

export const liveLimit = 100;

export const liveStart: LiveState = { events: [], rejected: [], counters: null };

export type LiveNews = { kind: 'recent'; recent: LiveRecent } | { kind: 'event'; event: LiveEvent } | { kind: 'rejected'; rejected: RejectedEvent } | { kind: 'counters'; counters: LiveCounters };

const byArrival = (a: LiveEvent, b: LiveEvent): number => (a.received_at < b.received_at ? 1 : a.received_at > b.received_at ? -1 : 0);

function distinct(events: LiveEvent[]): LiveEvent[] {
  const seen = new Set<string>();
  return events.filter((event) => !seen.has(event.message_id) && seen.add(event.message_id)).slice(0, liveLimit);
}

export function live(state: LiveState, news: LiveNews): LiveState {
  switch (news.kind) {
    case 'recent':
      return {
        events: distinct([...state.events, ...news.recent.events].sort(byArrival)),
        rejected: state.rejected.length > 0 ? state.rejected : news.recent.rejected.slice(0, liveLimit),
        counters: state.counters ?? news.recent.counters,
      };
    case 'event': return { ...state, events: distinct([news.event, ...state.events]) };
    case 'rejected': return { ...state, rejected: [news.rejected, ...state.rejected].slice(0, liveLimit) };
    case 'counters': return { ...state, counters: news.counters };
  }
}

/** "Is my data arriving?": yes within the last two minutes, earlier in this hour, or not at all. */
export function arriving(perMinute: number[]): 'now' | 'earlier' | 'silent' {
  if (perMinute.slice(-2).some((count) => count > 0)) return 'now';
  return perMinute.some((count) => count > 0) ? 'earlier' : 'silent';
}

/** A command that sends a first event, ready to paste. */
export function curlSnippet(origin: string, writeKey: string): string {
  const body = '{"userId":"anna-42","event":"Product Viewed","properties":{"name":"Caffettiera","price":29.9},"context":{"traits":{"email":"anna@example.it"}}}';
  return `curl ${origin}/v1/track \\\n  -u '${writeKey}:' \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`;
}
