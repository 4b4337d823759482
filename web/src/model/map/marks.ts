// The marks a keyboard can walk: arrows go to the nearest mark in that direction.

export interface Mark {
  id: string;
  x: number;
  y: number;
}

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export const isDirection = (key: string): key is Direction => ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].includes(key);

/** Distance along the direction, with sideways movement counted thrice; null when it lies elsewhere. */
function cost(from: Mark, to: Mark, direction: Direction): number | null {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const [along, across] = direction === 'ArrowLeft' ? [-dx, dy] : direction === 'ArrowRight' ? [dx, dy] : direction === 'ArrowUp' ? [-dy, dx] : [dy, dx];
  return along > 1 ? along + Math.abs(across) * 3 : null;
}

/** The mark that an arrow leads to, or the same one at the edge. */
export function neighbour(marks: Mark[], current: string, direction: Direction): string {
  const from = marks.find((mark) => mark.id === current);
  if (!from) return marks[0]?.id ?? current;
  let best: { id: string; cost: number } | null = null;
  for (const mark of marks) {
    if (mark.id === current) continue;
    const price = cost(from, mark, direction);
    if (price !== null && (best === null || price < best.cost)) best = { id: mark.id, cost: price };
  }
  return best?.id ?? current;
}
