// A table of buttons of which one is in the tab order; the arrow keys move to the others. A button says where it is: data-at="row/column".
import { useState, type KeyboardEvent } from 'react';

const moves: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function useRoving() {
  const [at, setAt] = useState('0/0');
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const here = (event.target as HTMLElement).dataset.at?.split('/').map(Number);
    const by = moves[event.key];
    if (!here || !by) return;
    const next = event.currentTarget.querySelector<HTMLElement>(`[data-at="${here[0]! + by[0]}/${here[1]! + by[1]}"]`);
    event.preventDefault();
    next?.focus();
  };
  return { at, setAt, onKeyDown };
}
