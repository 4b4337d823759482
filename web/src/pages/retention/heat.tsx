// The heat map of retention: one row a cohort (or a group), one cell a period, the mean below the heads.
// One cell is in the tab order; the arrow keys move to the others.
import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import type { HeatCell, Unit } from '@/model/retention';
import { heatLook } from '@/widgets/heat_look';
import { useRoving } from '@/widgets/use_roving';
import classes from './retention.module.css';
import { texts } from './texts';

export interface HeatRow {
  id: string;
  name: string;
  size: number;
  cells: Pick<HeatCell, 'rate' | 'complete'>[];
  /** What a cell says, period 0 being the size. */
  sentence: (period: number) => string;
}

interface HeatProps {
  label: string;
  corner: string;
  unit: Unit;
  rows: HeatRow[];
  periods: number;
  mean?: (number | null)[];
  onOpen?: (row: string, period: number) => void;
}

export function Heat({ label, corner, unit, rows, periods, mean, onOpen }: HeatProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const roving = useRoving();
  const columns = Array.from({ length: periods }, (_, i) => i + 1);
  const most = Math.max(0, ...rows.flatMap((row) => row.cells.map((cell) => cell.rate ?? 0)));
  const inside = (row: HeatRow, i: number, period: number, text: string, open: boolean) => {
    if (!onOpen) return <span className={open ? `${classes.value} ${classes.open}` : classes.value}>{text}</span>;
    const at = `${i}/${period}`;
    return (
      <button
        type="button" className={open ? `${classes.value} ${classes.open}` : classes.value} aria-label={row.sentence(period)} data-at={at} data-row={row.id} data-period={period}
        tabIndex={at === roving.at ? 0 : -1} onFocus={() => roving.setAt(at)} onClick={() => onOpen(row.id, period)}
      >
        {text}
      </button>
    );
  };
  return (
    <div className={classes.scroll} tabIndex={onOpen ? undefined : 0} role="region" aria-label={label}>
      <table className={classes.heat} aria-label={label} onKeyDown={roving.onKeyDown}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2} className={classes.row}>{corner}</th>
            <th scope="col" rowSpan={2} className={classes.size}>{t('size')}</th>
            {periods > 0 ? <th scope="colgroup" colSpan={periods} className={classes.span}>{t(`after.${unit}`)}</th> : null}
          </tr>
          <tr>{columns.map((period) => <th key={period} scope="col">{period}</th>)}</tr>
        </thead>
        <tbody>
          {mean ? (
            <tr className={classes.mean}>
              <th scope="row" className={classes.row}>{t('mean')}</th>
              <td />
              {columns.map((period) => <td key={period} data-mean={period}>{format.percent(mean[period], 0)}</td>)}
            </tr>
          ) : null}
          {rows.map((row, i) => (
            <tr key={row.id}>
              <th scope="row" className={classes.row}>{row.name}</th>
              <td className={classes.size}>{inside(row, i, 0, format.number(row.size), false)}</td>
              {columns.map((period) => {
                const cell = row.cells[period - 1];
                if (!cell || cell.rate === null) return <td key={period} />;
                return (
                  <Tooltip key={period} label={row.sentence(period)} withArrow multiline maw={280}>
                    <td className={classes.cell} style={heatLook(most > 0 ? cell.rate / most : 0)}>{inside(row, i, period, format.percent(cell.rate, 0), !cell.complete)}</td>
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
