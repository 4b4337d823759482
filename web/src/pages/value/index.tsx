// Value: who brings the most, who drifts away, and what to expect of them.
import { Button, Select, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCoins } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useValue } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { ValueSegment } from '@/model/contract';
import { segmentName, valueReport } from '@/model/reports/value';
import { defaultValue, forecastQuestion, peopleQuestion, readValue, segmentBars, segmentsQuestion, windows, type SegmentBar, type ValueForm, type ValuePeople } from '@/model/value';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { FilterEditor } from '@/widgets/filter_editor';
import { Page } from '@/widgets/page';
import { Empty, Failed } from '@/widgets/states';
import { useTeller } from '@/widgets/use_teller';
import { useKnownVocabulary } from '@/widgets/use_words';
import { PeopleBehind } from '../people_behind';
import { ReportHead } from '../report_head';
import { Forecast } from './forecast';
import { Grid } from './grid';
import { Segments } from './segments';
import { texts } from './texts';
import classes from './value.module.css';

const orders = ['Order Completed', 'Receipt Issued'];

function Numbers({ rows }: { rows: SegmentBar[] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const teller = useTeller();
  const number = (id: keyof ValueSegment & string, head: string, show: (value: number) => string, wide = false): TableColumn<SegmentBar> => ({
    id, head, number: true, wide, cell: ({ segment }) => (typeof segment[id] === 'number' ? show(segment[id]) : '–'), order: ({ segment }) => (typeof segment[id] === 'number' ? segment[id] : null),
  });
  const columns: TableColumn<SegmentBar>[] = [
    { id: 'segment', head: t('columns.segment'), cell: ({ segment }) => segmentName(segment.id, teller) },
    number('customers', t('columns.customers'), format.number),
    number('orders', t('columns.orders'), format.number, true),
    number('revenue', t('columns.revenue'), format.money),
    number('mean_recency_days', t('columns.recency'), (value) => format.number(value, 0), true),
    number('mean_frequency', t('columns.frequency'), (value) => format.number(value, 1), true),
    number('mean_monetary', t('columns.monetary'), format.money, true),
  ];
  return <Card title={t('table')} flush><DataTable label={t('table')} columns={columns} rows={rows} rowKey={({ segment }) => segment.id} /></Card>;
}

function usePeopleTitle(): (people: ValuePeople) => string {
  const { t } = useTranslation(texts);
  const teller = useTeller();
  return (people) => {
    if ('segment' in people) return segmentName(people.segment, teller);
    if ('alive' in people) return t('listTenth', { low: teller.format.percent(people.alive / 10, 0), high: teller.format.percent((people.alive + 1) / 10, 0) });
    return t('listCell', people);
  };
}

export default function ValuePage() {
  const { t } = useTranslation(texts);
  const teller = useTeller();
  const title = usePeopleTitle();
  const vocabulary = useKnownVocabulary();
  const read = useCallback((text: string | null) => readAddress(text, readValue, defaultValue), []);
  const [form, setForm] = useAddress<ValueForm>('q', read, writeAddress);
  const [asked] = useDebouncedValue(form, 250);
  const segments = useValue(useMemo(() => segmentsQuestion(asked), [asked]));
  const forecast = useValue(useMemo(() => forecastQuestion(asked), [asked]));
  const people = useMemo(() => peopleQuestion(form), [form]);
  const open = (who: ValuePeople | null) => setForm({ ...form, people: who });
  const empty = vocabulary !== undefined && !vocabulary.events.some((item) => item.count > 0 && orders.includes(item.name));
  const rows = segments.data ? segmentBars(segments.data) : [];
  const stale = segments.isPlaceholderData || forecast.isPlaceholderData;
  const period = (
    <Select aria-label={t('window')} allowDeselect={false} value={form.window} data={windows.map((value) => ({ value, label: t(`windows.${value}`) }))} onChange={(window) => window && setForm({ ...form, people: null, window: window as ValueForm['window'] })} />
  );
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={empty ? null : period}>
      {empty ? (
        <Empty icon={<IconCoins size={28} />} title={t('empty')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <div className={classes.page}>
          <Card><FilterEditor value={form.where} onChange={(where) => setForm({ ...form, people: null, where })} /></Card>
          {segments.isError ? (
            <Failed failure={explain(segments.error)} onRetry={() => void segments.refetch()} />
          ) : !segments.data?.rfm ? (
            <Card title={t('segments')}><Skeleton height={420} radius="md" /></Card>
          ) : rows.length === 0 ? (
            <Empty icon={<IconCoins size={28} />} title={t('nobody')}>{t('nobodyBody')}</Empty>
          ) : (
            <div className={stale ? `${classes.page} ${classes.stale}` : classes.page}>
              <ReportHead page="value" question={form} posted={() => ({ kind: 'value', question: { ...segmentsQuestion(form) } })} report={valueReport(segments.data, teller)} />
              <Card title={t('segments')}>
                <p className={classes.note}>{t('segmentsLead')}</p>
                <Segments rows={rows} onOpen={(segment) => open({ segment })} />
              </Card>
              <Card title={t('grid')}>
                <p className={classes.note}>{t('gridLead')}</p>
                <Grid cells={segments.data.rfm.grid} onOpen={(r, fm) => open({ r, fm })} />
              </Card>
            </div>
          )}
          {forecast.isError ? <Failed failure={explain(forecast.error)} onRetry={() => void forecast.refetch()} /> : forecast.data?.clv ? (
            <Forecast clv={forecast.data.clv} months={form.months} onMonths={(months) => setForm({ ...form, months })} onOpen={(alive) => open({ alive })} />
          ) : <Card title={t('forecast')}><Skeleton height={320} radius="md" /></Card>}
          {rows.length > 0 ? <Numbers rows={rows} /> : null}
        </div>
      )}
      <PeopleBehind question={people} title={form.people ? title(form.people) : ''} onClose={() => open(null)} />
    </Page>
  );
}
