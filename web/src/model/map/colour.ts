// Colours as CSS values. Each hue has one job: feeling is orange-grey-teal, a stage is a depth of one
// hue, alarm is red; how many is never a colour. The names are variables of the map's style sheet.

/** How deep a stage lies in the one hue of the river: 0 for the first, 1 for the last. */
export function stageDepth(index: number, count: number): number {
  return count <= 1 ? 0.5 : index / (count - 1);
}

export function stageColour(index: number, count: number): string {
  const depth = Math.round(stageDepth(index, count) * 100);
  return `color-mix(in oklab, var(--map-deep) ${depth}%, var(--map-shallow))`;
}

/** -2 (orange) to 0 (grey) to +2 (teal); half strength is already seen at 0.5. */
export function feelingColour(mean: number): string {
  const strength = Math.round(Math.min(1, Math.sqrt(Math.abs(mean) / 2)) * 100);
  return `color-mix(in oklab, var(--map-${mean < 0 ? 'sad' : 'glad'}) ${strength}%, var(--map-even))`;
}

export type Mood = 'sad' | 'even' | 'glad';

export const moodOf = (mean: number): Mood => (mean <= -0.25 ? 'sad' : mean >= 0.25 ? 'glad' : 'even');
