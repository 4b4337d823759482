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
        const circle = line && grid.circles.find((item) => item.line === line.line.id && item.stage === dot.stage);
        if (!circle) return null;
        return <circle key={dot.id} className={classes.dot} cx={circle.x} cy={circle.y} r={2.8} style={{ '--from': `${gutter - circle.x}px` } as React.CSSProperties} data-dot={dot.id} />;
      })}
    </g>
  );
}
