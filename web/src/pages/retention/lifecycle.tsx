// Lifecycle: of each period who is new, stays or comes back (up), and who fell silent (down).
import { Skeleton, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { explain } from '@/api/problem';
import { useLifecycle } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import type { LifecycleAnswer, LifecycleQuestion } from '@/model/contract';
import { active, lifecycleBars, lifecycleParts, type LifecyclePeriod, type Unit } from '@/model/retention';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { Failed } from '@/widgets/states';
import classes from './retention.module.css';
import { texts } from './texts';

const room = 240;
const labels: Record<Unit, number> = { day: 6, week: 6, month: 12 };
const every = [...lifecycleParts, 'dormant'] as const;

function Bars({ answer, unit, name }: { answer: LifecycleAnswer; unit: Unit; name: (start: string) => string }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const { periods, up, down } = lifecycleBars(answer);
  const one = room / Math.max(1, up + down);
  const step = Math.ceil(periods.length / labels[unit]);
  const brief = (start: string) => (unit === 'month' ? new Intl.DateTimeFormat(format.locale, { month: 'short', timeZone: format.timezone }).format(new Date(start)) : name(start));
  const said = (period: LifecyclePeriod) =>
    `${name(period.start)}${period.complete ? '' : ` (${t('inPart')})`}: ${every.map((part) => `${t(`parts.${part}`).toLowerCase()} ${format.number(period[part])}`).join(', ')}`;
  return (
    <>
      <ul className={classes.legend}>
        {every.map((part) => <li key={part}><span className={`${classes.swatch} ${classes[part]}`} aria-hidden />{t(`parts.${part}`)}</li>)}
      </ul>
      <div className={classes.bars} role="img" aria-label={t('lifecycle')}>
        {periods.map((period, i) => (
          <Tooltip key={period.start} label={said(period)} withArrow multiline maw={280}>
            <div className={classes.bar} data-lifecycle={period.start}>
              <div className={classes.up} style={{ height: up * one }}>
                {[...lifecycleParts].reverse().map((part) => <span key={part} data-part={part} data-value={period[part]} className={`${classes[part]} ${period.complete ? '' : classes.open}`} style={{ height: period[part] * one }} />)}
              </div>
              <div className={classes.down} style={{ height: down * one }}>
                <span data-part="dormant" data-value={period.dormant} className={`${classes.dormant} ${period.complete ? '' : classes.open}`} style={{ height: period.dormant * one }} />
              </div>
              <span className={classes.tick} aria-hidden>{(periods.length - 1 - i) % step === 0 ? brief(period.start) : ''}</span>
            </div>
          </Tooltip>
        ))}
      </div>
    </>
  );
}

export function Lifecycle({ question, unit, name }: { question: LifecycleQuestion | null; unit: Unit; name: (start: string, unit: Unit) => string }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const answer = useLifecycle(question);
  const named = (start: string) => name(start, unit);
  if (answer.isError) return <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Card title={t('lifecycle')}><Skeleton height={room + 60} radius="md" /></Card>;
  const rows = [...lifecycleBars(answer.data).periods].reverse();
  if (rows.length === 0) return null;
  const columns: TableColumn<LifecyclePeriod>[] = [
    { id: 'period', head: t('period'), order: (row) => row.start, cell: (row) => <>{named(row.start)}{row.complete ? null : <span className={classes.note}> · {t('inPart')}</span>}</> },
    { id: 'active', head: t('activeTotal'), order: active, number: true, cell: (row) => format.number(active(row)) },
    ...every.map((part): TableColumn<LifecyclePeriod> => ({ id: part, head: t(`parts.${part}`), order: (row) => row[part], number: true, cell: (row) => format.number(row[part]) })),
  ];
  return (
    <div className={answer.isPlaceholderData ? `${classes.page} ${classes.stale}` : classes.page}>
      <Card title={t('lifecycle')}>
        <p className={classes.note}>{t('lifecycleLead')}</p>
        <Bars answer={answer.data} unit={unit} name={named} />
      </Card>
      <Card flush title={t('lifecycleTable')}>
        <DataTable label={t('lifecycleTable')} columns={columns} rows={rows} rowKey={(row) => row.start} />
      </Card>
    </div>
  );
}
