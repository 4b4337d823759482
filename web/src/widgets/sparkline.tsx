// Sixty small bars: how busy each of the last minutes was.
import classes from './sparkline.module.css';

export function Sparkline({ values, label }: { values: number[]; label: string }) {
  const top = Math.max(1, ...values);
  return (
    <div className={classes.bars} role="img" aria-label={label}>
      {values.map((value, i) => <span key={i} className={value > 0 ? classes.bar : classes.none} style={{ height: value > 0 ? `${Math.max(6, (value / top) * 100)}%` : 2 }} />)}
    </div>
  );
}
