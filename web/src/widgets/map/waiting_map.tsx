// The place of the map while its answer is on its way: heads, river and lines to come.
import { Skeleton } from '@mantine/core';
import classes from './waiting.module.css';

const lines = [0, 1, 2, 3, 4, 5, 6];
const columns = [0, 1, 2, 3, 4];

export function WaitingMap({ height, narrow }: { height: number; narrow: boolean }) {
  if (narrow) return <div className={classes.cards} aria-hidden>{columns.map((item) => <Skeleton key={item} height={140} radius="lg" />)}</div>;
  return (
    <div className={classes.waiting} style={{ height }} aria-hidden>
      <div className={classes.heads}>{columns.map((item) => <Skeleton key={item} height={14} width="55%" radius="xl" />)}</div>
      <div className={classes.river}>{columns.map((item) => <Skeleton key={item} height={`${84 - item * 15}%`} radius="md" />)}</div>
      {lines.map((item) => (
        <div key={item} className={classes.line}>
          <Skeleton height={10} width={96 + ((item * 37) % 50)} radius="xl" />
          <Skeleton height={1} />
        </div>
      ))}
    </div>
  );
}
