// Stages: where people are, how long they stay, where they go next.
import { Button, Group, Select, Skeleton } from '@mantine/core';
import { IconStairs } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useStages } from '@/api/questions';
import { useFormat, useLabel } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { StagesAnswer } from '@/model/contract';
import { groundsText, intervalText, shareText } from '@/model/interval';
import { makeMatrix } from '@/model/matrix';
import { readStages, stagesQuestion, type StagesForm as Form } from '@/model/stages';
import { present, stagesReport } from '@/model/reports/stages';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { HeatMatrix } from '@/widgets/heat_matrix';
import { Page } from '@/widgets/page';
import { RangePicker } from '@/widgets/range_picker';
import { Empty, Failed } from '@/widgets/states';
import { useTeller } from '@/widgets/use_teller';
import { useKnownVocabulary } from '@/widgets/use_words';
import { ReportHead } from '../report_head';
import classes from './stages.module.css';
import { texts } from './texts';

function Basins({ answer }: { answer: StagesAnswer }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const top = Math.max(1, ...answer.stages.map((stage) => Math.max(stage.entered, stage.current)));
  return (
    <div>
      {answer.stages.map((stage) => (
        <div key={stage.id} className={classes.row}>
          <span className={classes.name}>{label(stage.label, stage.id)}</span>
          {([['entered', classes.fill], ['current', classes.now]] as const).map(([what, look]) => (
            <div key={what} className={classes.line}>
              <div className={classes.track} aria-hidden><div className={look} style={{ width: `${(stage[what] / top) * 100}%` }} /></div>
              <span className={classes.count}>{t(`${what}N`, { count: stage[what], formatted: format.number(stage[what]) })}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Result({ answer, form }: { answer: StagesAnswer; form: Form }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const teller = useTeller();
  const everybody = present(answer);
  const names = useMemo(() => new Map(answer.stages.map((stage) => [stage.id, label(stage.label, stage.id)])), [answer, label]);
  const name = (id: string) => names.get(id) ?? id;
  const matrix = useMemo(
    () =>
      makeMatrix(
        answer.stages.map((stage) => stage.id),
        answer.transitions.flatMap((edge) => (edge.from === null || edge.to === null ? [] : [{ from: edge.from, to: edge.to, weight: edge.customers }])),
      ),
    [answer],
  );
  type Row = StagesAnswer['stages'][number];
  const columns: TableColumn<Row>[] = [
    { id: 'stage', head: t('stage'), cell: (stage) => name(stage.id) },
    { id: 'entered', head: t('entered'), cell: (stage) => format.number(stage.entered), order: (stage) => stage.entered, number: true },
    { id: 'current', head: t('current'), cell: (stage) => format.number(stage.current), order: (stage) => stage.current, number: true },
    { id: 'share', head: t('share'), cell: (stage) => <span title={groundsText(stage.current, everybody, format)}>{everybody > 0 ? format.share(stage.current / everybody) : '–'}</span>, order: (stage) => stage.current, number: true, wide: true },
    { id: 'sure', head: t('sure'), cell: (stage) => intervalText(stage.current, everybody, format), number: true, wide: true },
    { id: 'exited', head: t('exited'), cell: (stage) => format.number(stage.exited), order: (stage) => stage.exited, number: true },
    { id: 'dwell', head: t('dwell'), cell: (stage) => format.duration(stage.dwell_median_seconds), order: (stage) => stage.dwell_median_seconds, number: true, wide: true },
    { id: 'dwell90', head: t('dwell90'), cell: (stage) => format.duration(stage.dwell_p90_seconds), order: (stage) => stage.dwell_p90_seconds, number: true, wide: true },
  ];
  const shape = [['nonLinear', answer.non_linear_share], ['skip', answer.skip_rate], ['regress', answer.regress_rate], ['loop', answer.loop_rate]] as const;
  return (
    <>
      <ReportHead page="stages" question={form} posted={() => ({ kind: 'stages', question: { ...stagesQuestion(form, format.timezone, new Date()) } })} report={stagesReport(answer, form.range, teller)} />
      <Card><Basins answer={answer} /></Card>
      <Card title={t('shape')}>
        <dl className={classes.shape}>
          {shape.map(([key, value]) => (
            <div key={key} className={classes.pair}><dt>{t(key)}</dt><dd>{format.percent(value)}</dd></div>
          ))}
        </dl>
      </Card>
      <Card flush title={t('table')}>
        <DataTable label={t('table')} columns={columns} rows={answer.stages} rowKey={(stage) => stage.id} />
      </Card>
      <Card flush title={t('matrix')}>
        <HeatMatrix
          label={t('matrix')} matrix={matrix} name={name} corner={t('corner')}
          sentence={(from, to, weight, share) => t('cell', { from: name(from), to: name(to), n: format.number(weight), share: share === null ? '–' : shareText(weight, Math.round(weight / share), format) })}
        />
      </Card>
    </>
  );
}

export default function StagesPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const vocabulary = useKnownVocabulary();
  const models = vocabulary?.stage_models ?? [];
  const first = models[0]?.id ?? '';
  const read = useCallback((text: string | null): Form => readAddress(text, (value) => readStages(value, first), readStages(null, first)), [first]);
  const [form, setForm] = useAddress<Form>('q', read, writeAddress);
  const question = useMemo(() => stagesQuestion(form, format.timezone, new Date()), [form, format.timezone]);
  const answer = useStages(question);
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        empty ? null : (
          <Group gap="sm">
            <Select
              aria-label={t('model')} allowDeselect={false} w={200} value={form.model || null} onChange={(model) => model && setForm({ ...form, model })}
              data={models.map((model) => ({ value: model.id, label: label(model.label, model.id) }))}
            />
            <RangePicker value={form.range} onChange={(range) => setForm({ ...form, range })} />
          </Group>
        )
      }
    >
      {empty ? (
        <Empty icon={<IconStairs size={28} />} title={t('empty')} action={<Group><Button component={Link} to="/importa">{t('import')}</Button><Button component={Link} to="/impostazioni/fasi" variant="default">{t('edit')}</Button></Group>}>{t('emptyBody')}</Empty>
      ) : answer.isError ? (
        <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} />
      ) : (
        <div className={classes.page}>
          {answer.data ? <Result answer={answer.data} form={form} /> : <Skeleton height={420} radius="lg" />}
        </div>
      )}
    </Page>
  );
}
