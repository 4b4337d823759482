// What to expect: who still buys, how many purchases and how much money; how well the same forecast did before; who will be worth the most.
import { Alert, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCustomersById } from '@/api/customers';
import { useFormat } from '@/base/preferences';
import type { Forecast as Forecasted, ForecastCustomer, NoForecast } from '@/model/contract';
import { calibration, horizons, isForecast, wasTried, type ValueForm } from '@/model/value';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { texts } from './texts';
import classes from './value.module.css';

function Alive({ alive, onOpen }: { alive: number[]; onOpen: (tenth: number) => void }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const most = Math.max(1, ...alive);
  return (
    <>
      <h3 className={classes.heading}>{t('alive')}</h3>
      <p className={classes.note}>{t('aliveLead')}</p>
      <div className={classes.columns}>
        {alive.map((n, tenth) => (
          <button
            key={tenth} type="button" className={classes.column} data-alive={tenth} data-value={n} onClick={() => onOpen(tenth)}
            aria-label={t('tenth', { low: format.percent(tenth / 10, 0), high: format.percent((tenth + 1) / 10, 0), n: format.compact(n) })}
          >
            <span className={classes.count}>{format.compact(n)}</span>
            <span className={classes.people} style={{ height: `${(n / most) * 120}px` }} />
          </button>
        ))}
      </div>
      <div className={classes.ends} aria-hidden><span>{t('gone')}</span><span>{t('goes')}</span></div>
    </>
  );
}

function Tried({ holdout }: { holdout: Forecasted['holdout'] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  if (!wasTried(holdout)) {
    return <><h3 className={classes.heading}>{t('tried')}</h3><p className={classes.note} data-holdout={holdout.reason}>{t(`noTry.${holdout.reason}`, { n: holdout.weeks ?? '' })}</p></>;
  }
  const rows = calibration(holdout);
  const most = Math.max(1e-9, ...rows.flatMap(({ actual, predicted }) => [actual, predicted]));
  const error = holdout.error === null ? '' : `${holdout.error > 0 ? '+' : ''}${format.percent(holdout.error, 0)}`;
  return (
    <>
      <h3 className={classes.heading}>{t('tried')}</h3>
      <p className={classes.note} data-holdout={holdout.actual}>{t('triedText', { when: format.date(`${holdout.from}T12:00:00Z`), predicted: format.number(holdout.predicted, 0), actual: format.number(holdout.actual), error })}</p>
      <ul className={classes.legend} aria-hidden>
        <li><span className={`${classes.swatch} ${classes.people}`} />{t('expected')}</li>
        <li><span className={`${classes.swatch} ${classes.money}`} />{t('happened')}</li>
      </ul>
      <ul className={classes.pairs}>
        {rows.map(({ frequency, customers, actual, predicted }) => {
          const name = frequency >= 7 ? t('boughtMore') : t('bought', { count: frequency });
          return (
            <li key={frequency} aria-label={t('perCustomer', { name, predicted: format.number(predicted, 2), actual: format.number(actual, 2), n: format.number(customers) })}>
              <span className={classes.what}>{name}</span>
              <span className={classes.track}><span className={classes.people} style={{ width: `${(predicted / most) * 100}%` }} /></span>
              <span className={classes.amount}>{format.number(predicted, 2)}</span>
              <span className={classes.track}><span className={classes.money} style={{ width: `${(actual / most) * 100}%` }} /></span>
              <span className={classes.amount}>{format.number(actual, 2)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

const shownCustomers = 10;

function Top({ customers }: { customers: ForecastCustomer[] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const shown = customers.slice(0, shownCustomers);
  const known = useCustomersById(shown.map(({ customer_id }) => customer_id));
  const name = (customer: ForecastCustomer) => known[shown.indexOf(customer)]?.data?.name || t('nameless');
  const columns: TableColumn<ForecastCustomer>[] = [
    { id: 'customer', head: t('customer'), cell: (row) => <Link to={`/clienti/${row.customer_id}`}>{name(row)}</Link> },
    { id: 'alive', head: t('probability'), number: true, wide: true, cell: (row) => format.percent(row.p_alive, 0), order: (row) => row.p_alive },
    { id: 'purchases', head: t('expectedPurchases'), number: true, cell: (row) => format.number(row.expected_purchases, 1), order: (row) => row.expected_purchases },
    { id: 'spend', head: t('expectedValue'), number: true, wide: true, cell: (row) => (row.expected_value === null ? '–' : format.money(row.expected_value)), order: (row) => row.expected_value },
    { id: 'clv', head: t('value'), number: true, cell: (row) => (row.clv === null ? '–' : format.money(row.clv)), order: (row) => row.clv },
  ];
  return <DataTable label={t('top')} columns={columns} rows={shown} rowKey={(row) => row.customer_id} />;
}

interface ForecastProps {
  clv: Forecasted | NoForecast;
  months: ValueForm['months'];
  onMonths: (months: ValueForm['months']) => void;
  onOpen: (tenth: number) => void;
}

export function Forecast({ clv, months, onMonths, onOpen }: ForecastProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  if (!isForecast(clv)) {
    return <Card title={t('forecast')}><p className={classes.note}>{clv.reason === 'too_few_repeat_customers' ? t('tooFew', { needed: clv.needed, found: clv.repeat_customers }) : t('noFit')}</p></Card>;
  }
  const { total, training } = clv;
  return (
    <>
      <Card title={t('forecast')} actions={<SegmentedControl aria-label={t('horizon')} size="xs" value={months} onChange={(value) => onMonths(value as ValueForm['months'])} data={horizons.map((value) => ({ value, label: t(`horizons.${value}`) }))} />}>
        <ul className={classes.figures}>
          <li><strong>{format.number(total.still_buying, 0)}</strong> {t('stillBuying')} <small>{t('stillBuyingOf', { n: format.number(training.customers) })}</small></li>
          <li><strong>{format.number(total.expected_purchases, 0)}</strong> {t('purchases')}</li>
          {total.clv === null ? null : <li><strong>{format.money(total.clv)}</strong> {t('clv')} <small>{t('clvNote')}</small></li>}
        </ul>
        {clv.at_limit.length > 0 ? <Alert my="md" color="yellow">{t('atLimit')}</Alert> : null}
        <div className={classes.two}>
          <div><Alive alive={clv.alive} onOpen={onOpen} /></div>
          <div><Tried holdout={clv.holdout} /></div>
        </div>
        <p className={classes.note}>{t('model', { n: format.number(training.customers), repeat: format.number(training.repeat_customers) })}</p>
      </Card>
      <Card title={t('top')} flush><Top customers={clv.customers} /></Card>
    </>
  );
}
