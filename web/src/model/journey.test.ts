import { describe, expect, it } from 'vitest';
import type { IdentityLink, IdentityNode, TimelineEvent } from './contract';
import { bestIdentifier, blockSummaries, displayName, identifierText, identityLayout, isFromBeginning, journeyBlocks, journeyDays, lastContacts, otherCustomer, previewRows } from './journey';

const event = (message_id: string, timestamp: string, extra: Partial<TimelineEvent> = {}): TimelineEvent => ({
  message_id, sequence: 1, customer_id: 'c1', timestamp, received_at: timestamp, type: 'page', name: 'Page Viewed', touchpoint: 'website', channel: null, stage: {}, source: 's', value: null, currency: null, properties: {}, display, ...extra,
});
const display: TimelineEvent['display'] = {
  name: { it: 'Pagina vista', en: 'Page viewed' },
  touchpoint: { id: 'website', label: { it: 'Sito', en: 'Website' }, icon: 'world', group: 'online' },
  stage: null,
  summary: '',
};
const dayOf = (timestamp: string) => timestamp.slice(0, 10);

describe('days of a journey', () => {
  it('fold repetitions of one day only', () => {
    const days = journeyDays([event('4', '2026-10-02T10:00Z'), event('3', '2026-10-01T12:00Z'), event('2', '2026-10-01T11:00Z'), event('1', '2026-10-01T10:00Z', { name: 'Other' })], dayOf);
    expect(days.map((day) => day.rows.map((row) => [row.event.name, row.times]))).toEqual([[['Page Viewed', 1]], [['Page Viewed', 2], ['Other', 1]]]);
  });
  it('never fold money or a change of stage', () => {
    const stage = { id: 'a', label: { it: 'A', en: 'A' }, entered: true };
    expect(journeyDays([event('3', '2026-10-01'), event('2', '2026-10-01', { display: { ...display, stage } }), event('1', '2026-10-01')], dayOf)[0]!.rows).toHaveLength(3);
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
  it('never lays one on another, however many there are', () => {
    for (const count of [2, 5, 8, 13]) {
      const { nodes, rows } = identityLayout(Array.from({ length: count }, (_, i) => node(`n${i}`)), []);
      const places = nodes.slice(1).map(({ x, y }) => [x, Math.round(y * rows * 1000)]);
      for (const [i, [x, y]] of places.entries()) for (const [otherX, otherY] of places.slice(i + 1)) expect(x !== otherX || Math.abs(y! - otherY!) > 900).toBe(true);
    }
  });
  it('survives nobody and a single node', () => {
    expect(identityLayout([], [])).toEqual({ nodes: [], edges: [], rows: 1 });
    expect(identityLayout([node('a')], []).nodes).toHaveLength(1);
  });
});

it('knows which way the story is told', () => {
  expect(isFromBeginning([event('1', '2026-10-01T10:00:00Z'), event('2', '2026-10-01T10:00:00Z'), event('3', '2026-10-02T10:00:00Z')])).toBe(true);
  expect(isFromBeginning([event('3', '2026-10-02T10:00:00Z'), event('1', '2026-10-01T10:00:00Z')])).toBe(false);
  expect(isFromBeginning([])).toBe(true);
});

describe('blocks of a journey', () => {
  const rowsOf = (...events: TimelineEvent[]) => journeyDays(events, dayOf)[0]!.rows;
  const about = (summary: string) => ({ display: { ...display, summary } });
  it('fold looking around within half an hour, and say what was looked at', () => {
    const blocks = journeyBlocks(rowsOf(
      event('1', '2026-10-01T10:00:00Z', about('Wok')), event('2', '2026-10-01T10:05:00Z', { name: 'Product Viewed', ...about('Wok') }), event('3', '2026-10-01T10:20:00Z', about('Pentola')),
      event('4', '2026-10-01T12:00:00Z', about('Posate')),
    ));
    expect(blocks.map((block) => [block.kind, block.rows.length])).toEqual([['browsing', 3], ['row', 1]]);
    expect(blockSummaries(blocks[0]!)).toEqual(['Wok', 'Pentola']);
  });
  it('never hide money, a change of stage or anything but looking', () => {
    const stage = { id: 'a', label: { it: 'A', en: 'A' }, entered: true };
    const blocks = journeyBlocks(rowsOf(
      event('1', '2026-10-01T10:00:00Z'), event('2', '2026-10-01T10:01:00Z', { name: 'Order Completed', value: 9 }), event('3', '2026-10-01T10:02:00Z', { display: { ...display, stage } }),
      event('4', '2026-10-01T10:03:00Z', { name: 'Product Added' }),
    ));
    expect(blocks.map((block) => block.kind)).toEqual(['row', 'row', 'row', 'row']);
  });
  it('keep two messages apart', () => {
    const blocks = journeyBlocks(rowsOf(
      event('1', '2026-10-01T10:00:00Z', { name: 'Message Sent', ...about('A') }), event('2', '2026-10-01T10:00:05Z', { name: 'Message Delivered', ...about('A') }),
      event('3', '2026-10-01T10:01:00Z', { name: 'Message Sent', ...about('B') }),
    ));
    expect(blocks.map((block) => [block.kind, block.rows.length])).toEqual([['message', 2], ['row', 1]]);
  });
});

it('a person is called by name, else by what names them, never by a device', () => {
  expect(displayName({ name: 'Anna', identifiers: [] })).toBe('Anna');
  expect(displayName({ name: '', identifiers: [{ type: 'user_id', value: 'U1' }, { type: 'email', value: 'a@b.example' }] })).toBe('a@b.example');
  expect(displayName({ name: null, identifiers: [{ type: 'anonymous_id', value: 'x' }] })).toBeNull();
});

it('last contacts: the newest of each touchpoint, newest first, whatever the order told', () => {
  const at = (id: string) => ({ display: { ...display, touchpoint: { ...display.touchpoint, id } } });
  const events = [event('1', '2026-10-01T10:00Z', at('till')), event('2', '2026-10-03T10:00Z', at('website')), event('3', '2026-10-02T10:00Z', at('till')), event('4', '2026-09-01T10:00Z', at('phone'))];
  expect(lastContacts(events, 2).map((item) => item.message_id)).toEqual(['2', '3']);
  expect(lastContacts([...events].reverse(), 5).map((item) => item.message_id)).toEqual(['2', '3', '4']);
});

it('a checkout and a talk are one block each; money stands alone', () => {
  const told = (id: string, minute: number, name: string, extra: Partial<TimelineEvent> = {}) => event(id, `2026-10-02T10:${String(minute).padStart(2, '0')}Z`, { name, ...extra });
  const rows = journeyDays([
    told('7', 20, 'Order Completed', { value: 30 }), told('6', 19, 'Checkout Step Completed'), told('5', 18, 'Checkout Step Viewed'), told('4', 17, 'Checkout Started'),
    told('3', 16, 'Conversation Closed', { touchpoint: 'phone' }), told('2', 15, 'Question Asked', { touchpoint: 'phone' }), told('1', 14, 'Conversation Opened', { touchpoint: 'whatsapp' }),
  ], dayOf)[0]!.rows;
  expect(journeyBlocks(rows).map((block) => [block.kind, block.rows.length])).toEqual([['row', 1], ['checkout', 3], ['talk', 2], ['row', 1]]);
});

it('a long code of a device is told by its beginning, an e-mail whole', () => {
  expect(identifierText({ type: 'anonymous_id', value: '35d1ef3a566f65-331a' })).toBe('35d1ef3a…');
  expect(identifierText({ type: 'anonymous_id', value: 'tablet-rimini-2' })).toBe('tablet-rimini-2');
  expect(identifierText({ type: 'email', value: 'nome.molto.lungo@example.it' })).toBe('nome.molto.lungo@example.it');
});

describe('a change of identity, told beforehand', () => {
  const side = (customer_id: string) => ({ customer_id, name: '', identifiers: [], events: 1, orders: 0, revenue: 0, first_seen: null, last_seen: null, stage: {} });
  it('tells the customers as they are, then as they would be', () => {
    const rows = previewRows({ before: [side('c1'), side('c2')], after: [side('c1')], customers: { before: 9, after: 8 }, currency: 'EUR' });
    expect(rows.map((row) => [row.when, row.side.customer_id])).toEqual([['before', 'c1'], ['before', 'c2'], ['after', 'c1']]);
  });
  it('names the other one of a case, and nobody once they are one', () => {
    const one = (customer_id: string) => ({ customer_id, name: '', identifier: { type: 'user_id', value: customer_id } });
    const conflict = { id: '1', rule: 'uniqueness', cause: null, time: '2026-01-01T00:00:00Z', state: 'open' as const, customers: [one('c1'), one('c2')] };
    expect(otherCustomer(conflict, 'c1')?.customer_id).toBe('c2');
    expect(otherCustomer(conflict, 'c2')?.customer_id).toBe('c1');
    expect(otherCustomer({ ...conflict, customers: [one('c1'), one('c1')] }, 'c1')).toBeUndefined();
  });
});
