// A customer's journey as people read it: days, repetitions folded, changes of stage set apart.
import type { Identifier, IdentityConflict, IdentityLink, IdentityNode, IdentityPreview, IdentitySide, TimelineEvent } from './contract';

export interface JourneyRow {
  key: string;
  event: TimelineEvent;
  /** The same thing several times in a row on the same touchpoint; at least 1. */
  times: number;
}

export interface JourneyDay {
  /** Calendar day in the workspace's time zone. */
  day: string;
  rows: JourneyRow[];
}

/** Rows told as one: looking around on the site, going through the checkout, talking, what a message goes through; or a single row. */
export interface JourneyBlock {
  key: string;
  kind: 'row' | 'browsing' | 'checkout' | 'talk' | 'message';
  rows: JourneyRow[];
}

const browsing = new Set(['Page Viewed', 'Screen Viewed', 'Product List Viewed', 'Product List Filtered', 'Product Clicked', 'Product Viewed', 'Promotion Viewed', 'Products Searched', 'Content Viewed']);
const message = new Set(['Message Sent', 'Message Delivered', 'Message Opened']);
const checkout = new Set(['Checkout Started', 'Checkout Step Viewed', 'Checkout Step Completed', 'Payment Info Entered']);
const talk = new Set(['Question Asked', 'Conversation Opened', 'Conversation Replied', 'Conversation Closed', 'Call Received', 'Call Placed']);
const visitGap = 30 * 60_000;

function blockKind(row: JourneyRow): JourneyBlock['kind'] {
  const { event } = row;
  if (event.display.stage?.entered || event.value !== null) return 'row';
  if (browsing.has(event.name)) return 'browsing';
  if (checkout.has(event.name)) return 'checkout';
  if (talk.has(event.name)) return 'talk';
  return message.has(event.name) ? 'message' : 'row';
}

function belongs(block: JourneyBlock, row: JourneyRow): boolean {
  const last = block.rows.at(-1)!.event;
  if (Math.abs(Date.parse(last.timestamp) - Date.parse(row.event.timestamp)) > visitGap) return false;
  if (block.kind === 'talk') return last.touchpoint === row.event.touchpoint;
  return block.kind !== 'message' || (last.display.summary === row.event.display.summary && last.channel === row.event.channel);
}

/** In the order given. Looking around, a checkout and a talk within half an hour, and one message on its way, are one block; everything else stands alone. */
export function journeyBlocks(rows: JourneyRow[]): JourneyBlock[] {
  const blocks: JourneyBlock[] = [];
  for (const row of rows) {
    const kind = blockKind(row);
    const last = blocks.at(-1);
    if (last && kind !== 'row' && last.kind === kind && belongs(last, row)) last.rows.push(row);
    else blocks.push({ key: row.key, kind, rows: [row] });
  }
  return blocks.map((block) => (block.rows.length === 1 ? { ...block, kind: 'row' as const } : block));
}

/** What was looked at in a block, each once, in order, without blanks. */
export const blockSummaries = (block: JourneyBlock): string[] => [...new Set(block.rows.map((row) => row.event.display.summary).filter(Boolean))];

/** In the order given. Equal neighbours of the same day fold into one row with a count; a stage change never folds. */
export function journeyDays(events: TimelineEvent[], dayOf: (timestamp: string) => string): JourneyDay[] {
  const days: JourneyDay[] = [];
  for (const event of events) {
    const day = dayOf(event.timestamp);
    let last = days[days.length - 1];
    if (!last || last.day !== day) days.push((last = { day, rows: [] }));
    const row = last.rows[last.rows.length - 1];
    const same =
      row !== undefined && row.event.name === event.name && row.event.touchpoint === event.touchpoint &&
      row.event.display.summary === event.display.summary && row.event.value === event.value && event.value === null &&
      !event.display.stage?.entered && !row.event.display.stage?.entered;
    if (same) row.times += 1;
    else last.rows.push({ key: event.message_id, event, times: 1 });
  }
  return days;
}

/** The last contact on each touchpoint, newest first. */
export function lastContacts(events: TimelineEvent[], most: number): TimelineEvent[] {
  const newest = [...events].sort((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp));
  const seen = new Set<string>();
  return newest.filter(({ display }) => !seen.has(display.touchpoint.id) && seen.add(display.touchpoint.id)).slice(0, most);
}

const order = ['user_id', 'crm_id', 'email', 'phone', 'loyalty_card', 'wa_id', 'shop_id', 'device_id', 'anonymous_id'];

/** What names a person best: e-mail before card before device. */
export function bestIdentifier(identifiers: Identifier[]): Identifier | undefined {
  const rank = (type: string) => (type === 'email' ? -2 : type === 'phone' ? -1 : order.indexOf(type) < 0 ? order.length : order.indexOf(type));
  return [...identifiers].sort((a, b) => rank(a.type) - rank(b.type))[0];
}

/** An identifier as people read it: a device's long code by its beginning. */
export const identifierText = ({ type, value }: Identifier): string =>
  (type === 'anonymous_id' || type === 'device_id') && value.length > 16 ? `${value.slice(0, 8)}…` : value;

/** What to call a person on screen; null when nothing names them. */
export function displayName(person: { name?: string | null; identifiers: Identifier[] }): string | null {
  if (person.name) return person.name;
  const best = bestIdentifier(person.identifiers);
  return best && best.type !== 'anonymous_id' && best.type !== 'device_id' ? best.value : null;
}

export interface GraphNode {
  node: IdentityNode;
  x: number;
  y: number;
}

export interface GraphEdge {
  link: IdentityLink;
  from: GraphNode;
  to: GraphNode;
}

/** The identifier with the most links in the middle, the others in a column on each side, in a box of 1 by 1 that has `rows` rows. */
export function identityLayout(nodes: IdentityNode[], links: IdentityLink[]): { nodes: GraphNode[]; edges: GraphEdge[]; rows: number } {
  if (nodes.length === 0) return { nodes: [], edges: [], rows: 1 };
  const degree = new Map<string, number>();
  for (const link of links) for (const end of [link.a, link.b]) degree.set(String(end), (degree.get(String(end)) ?? 0) + 1);
  const sorted = [...nodes].sort((a, b) => (degree.get(String(b.id)) ?? 0) - (degree.get(String(a.id)) ?? 0) || order.indexOf(a.type) - order.indexOf(b.type));
  const rows = Math.max(1, Math.ceil((sorted.length - 1) / 2));
  const placed = sorted.map((node, i): GraphNode => {
    if (i === 0) return { node, x: 0.5, y: 0.5 };
    const onTheLeft = i % 2 === 1;
    const inColumn = onTheLeft ? rows : sorted.length - 1 - rows;
    return { node, x: onTheLeft ? 0.14 : 0.86, y: (Math.floor((i - 1) / 2) + 0.5) / inColumn };
  });
  const at = new Map(placed.map((item) => [String(item.node.id), item]));
  const edges = links.flatMap((link): GraphEdge[] => {
    const from = at.get(String(link.a));
    const to = at.get(String(link.b));
    return from && to ? [{ link, from, to }] : [];
  });
  return { nodes: placed, edges, rows };
}

/** Whether the events come oldest first, as the story is told from its beginning. */
export function isFromBeginning(events: TimelineEvent[]): boolean {
  const other = events.find((event) => event.timestamp !== events[0]!.timestamp);
  return other === undefined || Date.parse(other.timestamp) > Date.parse(events[0]!.timestamp);
}

/** Whom an open case keeps apart from the person on screen. */
export function otherCustomer(conflict: IdentityConflict, customer: string): IdentityConflict['customers'][number] | undefined {
  return conflict.customers.find((one) => one.customer_id !== customer);
}

export interface PreviewRow {
  when: 'before' | 'after';
  side: IdentitySide;
}

/** The customers as they are, then as they would be. */
export function previewRows(preview: IdentityPreview): PreviewRow[] {
  const rows = (when: PreviewRow['when']) => preview[when].map((side): PreviewRow => ({ when, side }));
  return [...rows('before'), ...rows('after')];
}
