// Transitions: from where to where people move.
import { Button, Group, Select, Skeleton, Stack, Switch } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useTransitions } from '@/api/questions';
import { useFormat, useLabel } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { TransitionsAnswer } from '@/model/contract';
import { intervalText, shareText } from '@/model/interval';
import { makeMatrix } from '@/model/matrix';
import { defaultTransitions, readTransitions, transitionsQuestion, type TransitionsForm as Form } from '@/model/transitions';
import { leaving, transitionsReport } from '@/model/reports/transitions';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { HeatMatrix } from '@/widgets/heat_matrix';
import { Page } from '@/widgets/page';
import { RangePicker } from '@/widgets/range_picker';
import { Empty, Failed } from '@/widgets/states';
import { useTeller } from '@/widgets/use_teller';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import { ReportHead } from '../report_head';
import { texts } from './texts';

const matrixSize = 12;
const tableSize = 20;

const readForm = (text: string | null): Form => readAddress(text, readTransitions, defaultTransitions);

function Result({ answer, form }: { answer: TransitionsAnswer; form: Form }) {
  const { node } = form;
  const teller = useTeller();
  const from = useMemo(() => leaving(answer), [answer]);
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const name = useCallback((id: string) => words.value(node, id), [words, node]);
  const matrix = useMemo(() => {
    const busiest = [...answer.nodes].sort((a, b) => b.count - a.count).map((item) => item.label);
    return makeMatrix(busiest, answer.edges.map((edge) => ({ from: edge.from, to: edge.to, weight: edge.transitions })), matrixSize);
  }, [answer]);
  const edges = useMemo(() => [...answer.edges].sort((a, b) => b.transitions - a.transitions), [answer]);
  const [shown, setShown] = useState(tableSize);
  type Row = TransitionsAnswer['edges'][number];
  const withPeople = edges.some((edge) => typeof edge.customers === 'number');
  const withTime = edges.some((edge) => typeof edge.median_seconds === 'number');
  const columns: TableColumn<Row>[] = [
    { id: 'from', head: t('from'), cell: (edge) => name(edge.from), order: (edge) => name(edge.from) },
    { id: 'to', head: t('to'), cell: (edge) => name(edge.to), order: (edge) => name(edge.to) },
    { id: 'transitions', head: t('transitions'), cell: (edge) => format.number(edge.transitions), order: (edge) => edge.transitions, number: true },
    { id: 'share', head: t('share'), cell: (edge) => format.share(edge.transitions / from.get(edge.from)!), order: (edge) => edge.transitions / from.get(edge.from)!, number: true, wide: true },
    { id: 'sure', head: t('sure'), cell: (edge) => intervalText(edge.transitions, from.get(edge.from)!, format), number: true, wide: true },
    ...(withPeople ? [{ id: 'people', head: t('people'), cell: (edge: Row) => (edge.customers === null ? '–' : format.number(edge.customers)), order: (edge: Row) => edge.customers, number: true, wide: true }] : []),
    ...(withTime ? [{ id: 'time', head: t('time'), cell: (edge: Row) => format.duration(edge.median_seconds), order: (edge: Row) => edge.median_seconds, number: true, wide: true }] : []),
  ];
  if (edges.length === 0) return <Empty icon={<IconArrowsShuffle size={28} />} title={t('none')} />;
  return (
    <Stack gap={20}>
      <ReportHead page="transitions" question={form} posted={() => ({ kind: 'transitions', question: { ...transitionsQuestion(form, format.timezone, new Date()) } })} report={transitionsReport(answer, node, form.range, teller)} />
      <Card flush title={answer.nodes.length > matrixSize ? `${t('matrix')} · ${t('top', { n: matrixSize })}` : t('matrix')}>
        <HeatMatrix
          label={t('matrix')} matrix={matrix} name={name} corner={t('corner')}
          sentence={(start, to, weight, share) => t('cell', { from: name(start), to: name(to), n: format.number(weight), share: share === null ? '–' : shareText(weight, from.get(start) ?? 0, format) })}
        />
      </Card>
      <Card flush title={t('table')}>
        <DataTable label={t('table')} columns={columns} rows={edges.slice(0, shown)} rowKey={(edge) => `${edge.from}→${edge.to}`} initialSort={{ id: 'transitions', desc: true }} />
        {edges.length > shown ? <Button m="md" variant="default" size="sm" onClick={() => setShown(shown + 5 * tableSize)}>{common('action.more')}</Button> : null}
      </Card>
    </Stack>
  );
}

export default function TransitionsPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const vocabulary = useKnownVocabulary();
  const [form, setForm] = useAddress<Form>('q', readForm, writeAddress);
  const question = useMemo(() => transitionsQuestion(form, format.timezone, new Date()), [form, format.timezone]);
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  // Counts come first; people and times, which cost more, take their place when they are there.
  const counts = useTransitions(empty ? null : question);
  const whole = useTransitions(useMemo(() => (empty ? null : { ...question, include: ['customers', 'times'] as ('customers' | 'times')[] }), [empty, question]));
  const answer = whole.data && !whole.isPlaceholderData ? whole : counts;
  const nodes = [
    ...(['touchpoint', 'channel', 'name'] as const).map((value) => ({ value: value as string, label: t(`nodes.${value}`) })),
    ...(vocabulary?.stage_models ?? []).map((model) => ({ value: `stage.${model.id}`, label: t('nodes.stage', { model: label(model.label, model.id) }) })),
  ];
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={empty ? null : <RangePicker value={form.range} onChange={(range) => setForm({ ...form, range })} />}>
      {empty ? (
        <Empty icon={<IconArrowsShuffle size={28} />} title={t('empty')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <Stack gap={20}>
          <Group gap="md" align="flex-end">
            <Select label={t('node')} allowDeselect={false} value={form.node} data={nodes} onChange={(node) => node && setForm({ ...form, node })} />
            <Select label={t('unit')} allowDeselect={false} w={260} value={form.unit} data={(['customer', 'session'] as const).map((value) => ({ value, label: t(`units.${value}`) }))} onChange={(unit) => unit && setForm({ ...form, unit: unit as Form['unit'] })} />
            <Switch mb={8} label={t('collapse')} checked={form.collapse} onChange={(event) => setForm({ ...form, collapse: event.currentTarget.checked })} />
          </Group>
          {answer.isError ? <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} /> : answer.data ? <Result answer={answer.data} form={form} /> : <Skeleton height={520} radius="lg" />}
        </Stack>
      )}
    </Page>
  );
}
