import { describe, expect, it } from 'vitest';
import type { LiveEvent } from './contract';
import { arriving, curlSnippet, live, liveLimit, liveStart } from './live';

const event = (message_id: string, received_at: string): LiveEvent => ({ message_id, received_at, timestamp: received_at, name: 'n', label: { it: 'n', en: 'n' }, touchpoint: null, channel: null, stage: null, customer_id: null, source: 's' });

describe('the stream', () => {
  it('shows an event once, though it came both live and with the recent ones', () => {
    let state = live(liveStart, { kind: 'event', event: event('b', '2026-01-01T00:00:02Z') });
    state = live(state, { kind: 'recent', recent: { events: [event('b', '2026-01-01T00:00:02Z'), event('a', '2026-01-01T00:00:01Z')], rejected: [], counters: { events: 2, customers: 1, per_minute: [], epoch: 'e' } } });
    expect(state.events.map((item) => item.message_id)).toEqual(['b', 'a']);
    expect(state.counters?.events).toBe(2);
  });
  it('stays bounded', () => {
    let state = liveStart;
    for (let i = 0; i < liveLimit + 30; i += 1) state = live(state, { kind: 'event', event: event(`e${i}`, '2026-01-01T00:00:00Z') });
    expect(state.events).toHaveLength(liveLimit);
    expect(state.events[0]!.message_id).toBe(`e${liveLimit + 29}`);
  });
});

it('answers whether data arrives', () => {
  expect(arriving([0, 0, 0, 4, 0])).toBe('now');
  expect(arriving([7, 0, 0])).toBe('earlier');
  expect(arriving([0, 0])).toBe('silent');
  expect(arriving([])).toBe('silent');
});

it('the first event is one whole command', () => {
  const text = curlSnippet('http://127.0.0.1:8080', 'cabc');
  expect(text).toContain("-u 'cabc:'");
  expect(() => JSON.parse(/-d '(.*)'$/.exec(text)![1]!) as unknown).not.toThrow();
});
