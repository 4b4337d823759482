// From row to column: the deeper the colour, the more people. Every cell carries its number.
import { Tooltip } from '@mantine/core';
import { useFormat } from '@/base/preferences';
import { heat, type Matrix } from '@/model/matrix';
import { heatLook } from './heat_look';
import classes from './heat_matrix.module.css';

interface HeatMatrixProps {
  label: string;
  matrix: Matrix;
  name: (node: string) => string;
  /** The sentence of a cell. */
  sentence: (from: string, to: string, weight: number, share: number | null) => string;
  corner: string;
}

export function HeatMatrix({ label, matrix, name, sentence, corner }: HeatMatrixProps) {
  const format = useFormat();
  return (
    <div className={classes.wrap} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col" className={classes.corner}>{corner}</th>
            {matrix.nodes.map((node) => <th key={node} scope="col">{name(node)}</th>)}
          </tr>
        </thead>
        <tbody>
          {matrix.nodes.map((from, i) => (
            <tr key={from}>
              <th scope="row" title={name(from)}>{name(from)}</th>
              {matrix.nodes.map((to, j) => {
                const weight = matrix.weights[i]![j]!;
                const depth = heat(weight, matrix.max);
                const total = matrix.rowTotals[i]!;
                if (weight === 0) return <td key={to} className={classes.cell} aria-label="0" />;
                return (
                  <Tooltip key={to} label={sentence(from, to, weight, total > 0 ? weight / total : null)} withArrow multiline maw={280}>
                    <td
                      className={classes.cell}
                      style={heatLook(depth)}
                    >
                      {format.number(weight)}
                    </td>
                  </Tooltip>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
