// The grid of scores: recency upwards, frequency and money rightwards; a cell opens its people.
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import { heatLook } from '@/widgets/heat_look';
import { useRoving } from '@/widgets/use_roving';
import { texts } from './texts';
import classes from './value.module.css';

const scores = [1, 2, 3, 4, 5];

export function Grid({ cells, onOpen }: { cells: number[][]; onOpen: (r: number, fm: number) => void }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const roving = useRoving();
  const most = Math.max(1, ...cells.flat());
  return (
    <table className={classes.grid} aria-label={t('grid')} onKeyDown={roving.onKeyDown}>
      <tbody>
        {[...scores].reverse().map((r, i) => (
          <tr key={r}>
            <th scope="row" aria-label={t('r', { r })}>{i === 0 ? <span className={classes.end}>{t('recent')}</span> : null}{r}</th>
            {scores.map((fm, j) => {
              const n = cells[r - 1]?.[fm - 1] ?? 0;
              const at = `${i}/${j}`;
              return (
                <td key={fm} style={heatLook(n / most)}>
                  <button
                    type="button" className={classes.cell} aria-label={t('cell', { r, fm, n: format.number(n) })} data-at={at} data-cell={`${r}/${fm}`}
                    tabIndex={at === roving.at ? 0 : -1} onFocus={() => roving.setAt(at)} onClick={() => onOpen(r, fm)}
                  >
                    {format.number(n)}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td />
          {scores.map((fm) => <th key={fm} scope="col" aria-label={t('fm', { fm })}>{fm}{fm === 5 ? <span className={classes.end}>{t('frequent')}</span> : null}</th>)}
        </tr>
      </tfoot>
    </table>
  );
}
