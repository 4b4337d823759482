// Durations as the contract writes them: "30m", "12h", "14d".

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** In seconds; 0 for a text that is none. */
export function seconds(duration: string): number {
  const match = /^(\d+)([smhdw])$/.exec(duration);
  return match ? Number(match[1]) * units[match[2]!]! : 0;
}
