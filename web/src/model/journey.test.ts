import { describe, expect, it } from 'vitest';
import type { IdentityLink, IdentityNode, TimelineEvent } from './contract';
import { bestIdentifier, identityLayout, isFromBeginning, journeyDays } from './journey';

const event = (message_id: string, timestamp: string, extra: Partial<TimelineEvent> = {}): TimelineEvent => ({
  message_id, timestamp, name: 'Page Viewed', label: { it: 'Pagina vista', en: 'Page viewed' }, touchpoint: null, channel: null, stage: null, source: 's', value: null, currency: null, summary: null, properties: {}, ...extra,
});
const dayOf = (timestamp: string) => timestamp.slice(0, 10);

describe('days of a journey', () => {
  it('fold repetitions of one day only', () => {
    const days = journeyDays([event('4', '2026-10-02T10:00Z'), event('3', '2026-10-01T12:00Z'), event('2', '2026-10-01T11:00Z'), event('1', '2026-10-01T10:00Z', { name: 'Other' })], dayOf);
    expect(days.map((day) => day.rows.map((row) => [row.event.name, row.times]))).toEqual([[['Page Viewed', 1]], [['Page Viewed', 2], ['Other', 1]]]);
  });
  it('never fold money or a change of stage', () => {
    const stage = { id: 'a', label: { it: 'A', en: 'A' }, entered: true };
    expect(journeyDays([event('3', '2026-10-01'), event('2', '2026-10-01', { stage }), event('1', '2026-10-01')], dayOf)[0]!.rows).toHaveLength(3);
    expect(journeyDays([event('2', '2026-10-01', { value: 5 }), event('1', '2026-10-01', { value: 5 })], dayOf)[0]!.rows).toHaveLength(2);
  });
});

it('a person is named by e-mail rather than by device', () => {
  expect(bestIdentifier([{ type: 'anonymous_id', value: 'x' }, { type: 'loyalty_card', value: 'G1' }, { type: 'email', value: 'a@b.it' }])?.value).toBe('a@b.it');
  expect(bestIdentifier([])).toBeUndefined();
});

describe('the picture of an identity', () => {
  const node = (id: string): IdentityNode => ({ id, type: 'email', value: id, first_seen: null, events: 1 });
  const link = (id: string, a: string, b: string): IdentityLink => ({ id, a, b, rule: 'r', cause: null, actor: null, time: '', state: 'active' });
  it('puts what joins the others in the middle and everything inside the box', () => {
    const { nodes, edges } = identityLayout([node('x'), node('hub'), node('y')], [link('1', 'hub', 'x'), link('2', 'y', 'hub'), link('3', 'y', 'gone')]);
    expect(nodes[0]).toMatchObject({ x: 0.5, y: 0.5, node: { id: 'hub' } });
    expect(edges).toHaveLength(2);
    for (const { x, y } of nodes) expect(x >= 0 && x <= 1 && y >= 0 && y <= 1).toBe(true);
  });
  it('survives nobody and a single node', () => {
    expect(identityLayout([], [])).toEqual({ nodes: [], edges: [] });
    expect(identityLayout([node('a')], []).nodes).toHaveLength(1);
  });
});

it('knows which way the story is told', () => {
  expect(isFromBeginning([event('1', '2026-10-01T10:00:00Z'), event('2', '2026-10-01T10:00:00Z'), event('3', '2026-10-02T10:00:00Z')])).toBe(true);
  expect(isFromBeginning([event('3', '2026-10-02T10:00:00Z'), event('1', '2026-10-01T10:00:00Z')])).toBe(false);
  expect(isFromBeginning([])).toBe(true);
});
