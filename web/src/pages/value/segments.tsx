// Segments as pairs of bars: the share of customers, and the share of money that they bring.
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import { segmentName } from '@/model/reports/value';
import type { SegmentBar } from '@/model/value';
import { useTeller } from '@/widgets/use_teller';
import { texts } from './texts';
import classes from './value.module.css';

const told = ['champions', 'loyal', 'potential_loyalist', 'new', 'need_attention', 'at_risk', 'lost', 'hibernating', 'other'];

export function Segments({ rows, onOpen }: { rows: SegmentBar[]; onOpen: (segment: string) => void }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const teller = useTeller();
  return (
    <>
      <ul className={classes.legend} aria-hidden>
        <li><span className={`${classes.swatch} ${classes.people}`} />{t('peopleShare')}</li>
        <li><span className={`${classes.swatch} ${classes.money}`} />{t('moneyShare')}</li>
      </ul>
      <ul className={classes.segments}>
        {rows.map(({ segment, people, money }) => {
          const name = segmentName(segment.id, teller);
          const n = format.number(segment.customers);
          return (
            <li key={segment.id}>
              <button type="button" className={classes.segment} data-segment={segment.id} onClick={() => onOpen(segment.id)}>
                <span className={classes.name}>{name}</span>
                <span className={classes.what}>{told.includes(segment.id) ? t(`what.${segment.id}` as 'what.other') : ''}</span>
                <span className={classes.track}><span className={classes.people} style={{ width: `${people * 100}%` }} /></span>
                <span className={classes.amount}>{t('ofPeople', { n, share: format.percent(people, 0) })}</span>
                <span className={classes.track}><span className={classes.money} style={{ width: `${Math.max(0, Math.min(1, money)) * 100}%` }} /></span>
                <span className={classes.amount}>{t('ofMoney', { money: format.money(segment.revenue), share: format.percent(money, 0) })}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
