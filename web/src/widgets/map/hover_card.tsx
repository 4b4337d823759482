// Three lines in words beside what is pointed at; never in the way of the pointer.
import { useLayoutEffect, useRef, useState } from 'react';
import type { Lines } from '@/model/map/sentences';
import classes from './map.module.css';

export interface Hover {
  id: string;
  lines: Lines;
  x: number;
  y: number;
}

export function HoverCard({ hover, width, height }: { hover: Hover; width: number; height: number }) {
  const card = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 280, height: 84 });
  useLayoutEffect(() => {
    const box = card.current?.getBoundingClientRect();
    if (box && (box.width !== size.width || box.height !== size.height)) setSize({ width: box.width, height: box.height });
  }, [hover.id, size.width, size.height]);
  const left = hover.x + 22 + size.width > width ? hover.x - 22 - size.width : hover.x + 22;
  const top = Math.max(0, Math.min(height - size.height, hover.y - size.height - 10));
  return (
    <div ref={card} className={classes.card} style={{ left: Math.max(0, left), top }} role="presentation" data-card={hover.id}>
      {hover.lines.map((line, index) => <p key={index}>{line}</p>)}
    </div>
  );
}
