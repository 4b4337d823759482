// The colour of a cell of a heat map: the deeper, the more. Middle tints carry neither dark nor light digits well, so the scale leaps over them.
const deep = 0.6;

/** `depth` 0 to 1, of the deepest cell. */
export function heatLook(depth: number): { background: string; color: string } {
  const tint = depth <= 0 ? 0 : Math.round(depth > deep ? 82 + ((depth - deep) / (1 - deep)) * 18 : 6 + (depth / deep) * 34);
  return { background: `color-mix(in srgb, var(--viaggio-accent) ${tint}%, var(--viaggio-card))`, color: depth > deep ? 'light-dark(#fff, #151412)' : 'inherit' };
}
