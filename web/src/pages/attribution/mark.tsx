// The mark of a model: a colour and a shape, so that it is known without its colour too.
import type { AttributionModel } from '@/model/contract';
import classes from './attribution.module.css';

const square = 'M3 3h10v10H3z';
const diamond = 'M8 1.5 14.5 8 8 14.5 1.5 8z';
const up = 'M8 2 14.5 13.5h-13z';
const down = 'M8 14 1.5 2.5h13z';
const round = 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z';
const cross = 'M6 2h4v4h4v4h-4v4H6v-4H2V6h4z';

const looks: Record<AttributionModel, { path: string; color: string; hollow?: boolean }> = {
  first: { path: up, color: 'light-dark(#31518f, #8fa7d5)' },
  last: { path: down, color: 'light-dark(#c2703a, #e09a68)' },
  last_non_direct: { path: down, color: 'light-dark(#c2703a, #e09a68)', hollow: true },
  linear: { path: round, color: 'light-dark(#5f8f7a, #8fbfa9)' },
  time_decay: { path: round, color: 'light-dark(#5f8f7a, #8fbfa9)', hollow: true },
  u_shaped: { path: square, color: 'light-dark(#8a5a83, #c295bb)' },
  j_shaped: { path: square, color: 'light-dark(#8a5a83, #c295bb)', hollow: true },
  inverse_j: { path: up, color: 'light-dark(#31518f, #8fa7d5)', hollow: true },
  participation: { path: cross, color: 'light-dark(#716a60, #aaa298)' },
  markov: { path: diamond, color: 'light-dark(#a08a2e, #cdb964)' },
  shapley: { path: diamond, color: 'light-dark(#b3261e, #ff8f85)', hollow: true },
};

export function Mark({ model }: { model: AttributionModel }) {
  const { path, color, hollow } = looks[model];
  return (
    <svg viewBox="0 0 16 16" width={15} height={15} className={classes.mark} aria-hidden>
      <path d={path} strokeWidth={hollow ? 2.4 : 1.2} style={{ fill: hollow ? 'var(--viaggio-card)' : color, stroke: hollow ? color : 'var(--viaggio-card)' }} />
    </svg>
  );
}
