// A picture of plain shapes on the page: the same that exports write, in the colours of the screen.
import { useId } from 'react';
import type { Drawing as Shapes, Shape } from '@/model/drawing';
import { colourOf } from './paint';

function One({ shape }: { shape: Shape }) {
  const fill = colourOf(shape.paint);
  switch (shape.kind) {
    case 'rect':
      return <rect x={shape.x} y={shape.y} width={Math.max(0, shape.width)} height={Math.max(0, shape.height)} rx={shape.round} style={{ fill }} opacity={shape.opacity} />;
    case 'path':
      return <path d={shape.d} style={shape.stroke ? { fill: 'none', stroke: fill } : { fill }} strokeWidth={shape.stroke} strokeDasharray={shape.dash} opacity={shape.opacity} />;
    case 'circle':
      return <circle cx={shape.x} cy={shape.y} r={shape.r} style={{ fill }} opacity={shape.opacity} />;
    case 'text':
      return <text x={shape.x} y={shape.y} fontSize={shape.size} textAnchor={shape.anchor} fontWeight={shape.bold ? 600 : undefined} style={{ fill }}>{shape.text}</text>;
  }
}

export function Drawing({ drawing, label }: { drawing: Shapes; label: string }) {
  const id = useId();
  return (
    <svg viewBox={`0 0 ${drawing.width} ${drawing.height}`} width="100%" role="img" aria-labelledby={id} style={{ display: 'block' }}>
      <title id={id}>{label}</title>
      {drawing.shapes.map((shape, i) => <One key={i} shape={shape} />)}
    </svg>
  );
}
