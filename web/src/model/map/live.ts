// Arriving events as dots: at most four begin in any second; the others are counted in "+n".

export interface Dot {
  id: string;
  /** null: not known, so it reaches no circle. */
  stage: string | null;
  row: string;
  startedAt: number;
}

export interface LiveState {
  dots: Dot[];
  /** Events not shown as dots in the last second and a bit. */
  skipped: number;
  skippedAt: number;
  /** All events heard since the screen opened. */
  heard: number;
}

export const dotsPerSecond = 4;
export const dotMilliseconds = 1100;
const skippedMilliseconds = 2000;

export const noLive: LiveState = { dots: [], skipped: 0, skippedAt: 0, heard: 0 };

/** Drops what has arrived or is no longer news. */
export function settle(state: LiveState, now: number): LiveState {
  const dots = state.dots.filter((dot) => now - dot.startedAt < dotMilliseconds);
  const skipped = now - state.skippedAt < skippedMilliseconds ? state.skipped : 0;
  return dots.length === state.dots.length && skipped === state.skipped ? state : { ...state, dots, skipped };
}

/** One event of the stream, on the line `row`. Without a line there is nowhere to run: only counted. */
export function arrive(state: LiveState, event: { message_id: string; stage: string | null; row: string | null }, now: number, still: boolean): LiveState {
  const settled = settle(state, now);
  const heard = settled.heard + 1;
  if (still || event.row === null) return { ...settled, heard };
  const recent = settled.dots.filter((dot) => now - dot.startedAt < 1000).length;
  if (recent >= dotsPerSecond) return { ...settled, heard, skipped: settled.skipped + 1, skippedAt: now };
  return { ...settled, heard, dots: [...settled.dots, { id: event.message_id, stage: event.stage, row: event.row, startedAt: now }] };
}
