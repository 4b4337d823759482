// A customer's journey as people read it: days, repetitions folded, changes of stage set apart.
import type { Identifier, IdentityLink, IdentityNode, TimelineEvent } from './contract';

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

/** In the order given. Equal neighbours of the same day fold into one row with a count; a stage change never folds. */
export function journeyDays(events: TimelineEvent[], dayOf: (timestamp: string) => string): JourneyDay[] {
  const days: JourneyDay[] = [];
  for (const event of events) {
    const day = dayOf(event.timestamp);
    let last = days[days.length - 1];
    if (!last || last.day !== day) days.push((last = { day, rows: [] }));
    const row = last.rows[last.rows.length - 1];
    const same =
      row !== undefined && row.event.name === event.name && row.event.touchpoint?.id === event.touchpoint?.id &&
      JSON.stringify(row.event.summary) === JSON.stringify(event.summary) && row.event.value === event.value && event.value === null &&
      !event.stage?.entered && !row.event.stage?.entered;
    if (same) row.times += 1;
    else last.rows.push({ key: event.message_id, event, times: 1 });
  }
  return days;
}

const order = ['user_id', 'crm_id', 'email', 'phone', 'loyalty_card', 'wa_id', 'shop_id', 'device_id', 'anonymous_id'];

/** What names a person best: e-mail before card before device. */
export function bestIdentifier(identifiers: Identifier[]): Identifier | undefined {
  const rank = (type: string) => (type === 'email' ? -2 : type === 'phone' ? -1 : order.indexOf(type) < 0 ? order.length : order.indexOf(type));
  return [...identifiers].sort((a, b) => rank(a.type) - rank(b.type))[0];
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

/** The identifier with the most links in the middle, the others around it, in a box of 1 by 1. */
export function identityLayout(nodes: IdentityNode[], links: IdentityLink[]): { nodes: GraphNode[]; edges: GraphEdge[] } {
  if (nodes.length === 0) return { nodes: [], edges: [] };
  const degree = new Map<string, number>();
  for (const link of links) for (const end of [link.a, link.b]) degree.set(String(end), (degree.get(String(end)) ?? 0) + 1);
  const sorted = [...nodes].sort((a, b) => (degree.get(String(b.id)) ?? 0) - (degree.get(String(a.id)) ?? 0) || order.indexOf(a.type) - order.indexOf(b.type));
  const placed = sorted.map((node, i): GraphNode => {
    if (i === 0) return { node, x: 0.5, y: 0.5 };
    const angle = (2 * Math.PI * (i - 1)) / (sorted.length - 1) - Math.PI / 2;
    return { node, x: 0.5 + 0.33 * Math.cos(angle), y: 0.5 + 0.4 * Math.sin(angle) };
  });
  const at = new Map(placed.map((item) => [String(item.node.id), item]));
  const edges = links.flatMap((link): GraphEdge[] => {
    const from = at.get(String(link.a));
    const to = at.get(String(link.b));
    return from && to ? [{ link, from, to }] : [];
  });
  return { nodes: placed, edges };
}

/** Whether the events come oldest first, as the story is told from its beginning. */
export function isFromBeginning(events: TimelineEvent[]): boolean {
  const other = events.find((event) => event.timestamp !== events[0]!.timestamp);
  return other === undefined || Date.parse(other.timestamp) > Date.parse(events[0]!.timestamp);
}
