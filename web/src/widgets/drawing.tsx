// A picture of plain shapes on the page: the same that exports write, in the colours of the screen.
import { useId } from 'react';
import { printed, type Drawing as Shapes, type Paint, type Shape } from '@/model/drawing';

const dark: Record<`c${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`, string> = { c0: '#8fa7d5', c1: '#e09a68', c2: '#8fbfa9', c3: '#c295bb', c4: '#e58a94', c5: '#6fc3cf', c6: '#cdb964', c7: '#a9b0bb' };

const onScreen: Partial<Record<Paint, string>> = {
  text: 'var(--mantine-color-text)', soft: 'var(--mantine-color-dimmed)', line: 'var(--viaggio-line)', paper: 'var(--viaggio-card)', accent: 'var(--viaggio-accent)', bright: 'light-dark(#ffffff, #151412)',
};

const colour = (paint: Paint): string => onScreen[paint] ?? `light-dark(${printed[paint]}, ${dark[paint as keyof typeof dark]})`;

function One({ shape }: { shape: Shape }) {
  const fill = colour(shape.paint);
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
