// One thing on the map that can be pointed at, reached by arrows, read aloud and opened.
import type { ReactNode } from 'react';
import { spoken, type Lines } from '@/model/map/sentences';
import { isLit, selectionId } from '@/model/map/select';
import { useMarks } from './teller';
import classes from './map.module.css';

interface MarkProps {
  id: string;
  lines: Lines;
  /** Instead of the three lines, where words are painted that must be in the name too. */
  name?: string;
  /** Where its card appears, in pixels of the drawing. */
  x: number;
  y: number;
  stage?: string | null;
  row?: string;
  from?: string | null;
  to?: string | null;
  /** What tests and other readers find on it. */
  data: Record<`data-${string}`, string | number | undefined>;
  children: ReactNode;
}

export function Mark({ id, lines, name, x, y, stage, row, from, to, data, children }: MarkProps) {
  const { selection, active, onActive, onSelect, onHover } = useMarks();
  const chosen = selection !== null && selectionId(selection) === id;
  const lit = isLit(selection, { id, stage: stage ?? null, row, from: from ?? null, to: to ?? null });
  const show = () => onHover({ id, lines, x, y });
  return (
    <g
      role="button"
      tabIndex={active === id ? 0 : -1}
      aria-label={name ?? spoken(lines)}
      aria-pressed={chosen}
      data-mark={id}
      data-x={x}
      data-y={y}
      data-stage={stage ?? undefined}
      data-row={row}
      {...data}
      className={lit ? classes.mark : `${classes.mark} ${classes.dim}`}
      onPointerEnter={show}
      onPointerLeave={() => onHover(null)}
      onFocus={() => {
        onActive(id);
        show();
      }}
      onBlur={() => onHover(null)}
      onClick={() => onSelect(id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onSelect(id);
      }}
    >
      {children}
    </g>
  );
}
