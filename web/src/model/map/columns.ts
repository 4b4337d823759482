// The stage columns that every band of the screen shares: heads, river, circles, feelings.

export interface Column {
  index: number;
  left: number;
  width: number;
  center: number;
}

/** Equal columns between two edges, in pixels. */
export function columnsBetween(left: number, right: number, count: number): Column[] {
  const width = count === 0 ? 0 : (right - left) / count;
  return Array.from({ length: count }, (_, index) => ({ index, left: left + index * width, width, center: left + (index + 0.5) * width }));
}
