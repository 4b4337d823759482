// Everything below the map speaks with the same answer, format and language: handed down once.
import { createContext, useContext } from 'react';
import type { Lines, Teller } from '@/model/map/sentences';
import type { Selection } from '@/model/map/select';

export interface MarkState {
  teller: Teller;
  selection: Selection | null;
  /** The mark that Tab reaches; arrows move it. */
  active: string;
  onActive: (id: string) => void;
  onSelect: (id: string) => void;
  onHover: (hover: { id: string; lines: Lines; x: number; y: number } | null) => void;
}

export const MarkContext = createContext<MarkState | null>(null);

export function useMarks(): MarkState {
  const state = useContext(MarkContext);
  if (!state) throw new Error('a mark lives inside a map');
  return state;
}
