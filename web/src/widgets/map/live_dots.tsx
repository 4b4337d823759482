// Each arriving event runs along its line into its circle.
import type { Dot } from '@/model/map/live';
import type { Grid } from '@/model/map/grid';
import classes from './map.module.css';

export function LiveDots({ dots, grid, gutter }: { dots: Dot[]; grid: Grid; gutter: number }) {
  const lineOf = (row: string) => grid.lines.find((item) => item.line.members.includes(row));
  return (
    <g data-band="live" aria-hidden pointerEvents="none">
      {dots.map((dot) => {
        const line = lineOf(dot.row);
        if (!line) return null;
        const circle = grid.circles.find((item) => item.line === line.line.id && item.stage === dot.stage);
        // Whose stage is not known, nor its circle: it shows at the head of its line and goes no further.
        const end = circle?.x ?? gutter - 4;
        return <circle key={dot.id} className={classes.dot} cx={end} cy={line.y} r={2.8} style={{ '--from': `${gutter - 16 - end}px` } as React.CSSProperties} data-dot={dot.id} data-stage={circle?.stage} />;
      })}
    </g>
  );
}
