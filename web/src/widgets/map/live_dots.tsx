// Each arriving event runs along its line into its circle.
import type { Dot } from '@/model/map/live';
import type { Grid } from '@/model/map/grid';
import classes from './map.module.css';

export function LiveDots({ dots, grid, gutter, right }: { dots: Dot[]; grid: Grid; gutter: number; right: number }) {
  const lineOf = (row: string) => grid.lines.find((item) => item.line.members.includes(row));
  return (
    <g data-band="live" aria-hidden pointerEvents="none">
      {dots.map((dot) => {
        const line = lineOf(dot.row);
        if (!line) return null;
        const end = grid.circles.find((item) => item.line === line.line.id && item.stage === dot.stage)?.x ?? right;
        return <circle key={dot.id} className={classes.dot} cx={end} cy={line.y} r={2.8} style={{ '--from': `${gutter - end}px` } as React.CSSProperties} data-dot={dot.id} />;
      })}
    </g>
  );
}
