// A matrix of flows from row to column, for drawing as a heat map and for reading as a table.

export interface MatrixEdge {
  from: string;
  to: string;
  weight: number;
}

export interface Matrix {
  nodes: string[];
  /** weights[from][to]; 0 where there is no edge. */
  weights: number[][];
  rowTotals: number[];
  max: number;
}

/** Keeps the `limit` nodes with the most traffic, in the given order of importance. */
export function makeMatrix(nodes: string[], edges: MatrixEdge[], limit = Infinity): Matrix {
  const kept = nodes.slice(0, limit);
  const at = new Map(kept.map((node, i) => [node, i]));
  const weights = kept.map(() => kept.map(() => 0));
  for (const edge of edges) {
    const from = at.get(edge.from);
    const to = at.get(edge.to);
    if (from !== undefined && to !== undefined) weights[from]![to]! += edge.weight;
  }
  return {
    nodes: kept,
    weights,
    rowTotals: weights.map((row) => row.reduce((sum, weight) => sum + weight, 0)),
    max: Math.max(0, ...weights.flat()),
  };
}

/** Depth of colour, 0 to 1. Square root, so that small flows stay visible beside a huge one. */
export const heat = (weight: number, max: number): number => (max > 0 && weight > 0 ? Math.sqrt(weight / max) : 0);
