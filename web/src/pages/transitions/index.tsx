// Transitions: from where to where people move.
import { Button, Group, Select, Skeleton, Stack, Switch } from '@mantine/core';
import { IconArrowsShuffle, IconDownload } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useTransitions } from '@/api/questions';
import { downloadCsv } from '@/base/download';
import { useFormat, useLabel } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, readBoolean, readObject, readOne, readText, writeAddress } from '@/model/address';
import type { TransitionsAnswer } from '@/model/contract';
import { makeMatrix } from '@/model/matrix';
import { readRange, toTimeRange, type RangeChoice } from '@/model/range';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { HeatMatrix } from '@/widgets/heat_matrix';
import { Page } from '@/widgets/page';
import { RangePicker } from '@/widgets/range_picker';
import { Empty, Failed } from '@/widgets/states';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import { texts } from './texts';

const matrixSize = 12;
const tableSize = 20;

interface Form {
  node: string;
  unit: 'customer' | 'session';
  collapse: boolean;
  range: RangeChoice;
}

const fallback: Form = { node: 'touchpoint', unit: 'customer', collapse: true, range: { preset: 'last90' } };

function readForm(text: string | null): Form {
  return readAddress(text, (value) => {
    const form = readObject(value);
    const node = readText(form.node, fallback.node);
    return {
      node: /^(touchpoint|channel|name|stage\..+)$/.test(node) ? node : fallback.node,
      unit: readOne(form.unit, ['customer', 'session'] as const, fallback.unit),
      collapse: readBoolean(form.collapse, fallback.collapse),
      range: readRange(form.range, fallback.range),
    };
  }, fallback);
}

function Result({ answer, node }: { answer: TransitionsAnswer; node: string }) {
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
    ...(withPeople ? [{ id: 'people', head: t('people'), cell: (edge: Row) => (edge.customers === null ? '–' : format.number(edge.customers)), order: (edge: Row) => edge.customers, number: true, wide: true }] : []),
    ...(withTime ? [{ id: 'time', head: t('time'), cell: (edge: Row) => format.duration(edge.median_seconds), order: (edge: Row) => edge.median_seconds, number: true, wide: true }] : []),
  ];
  const csv = () =>
    downloadCsv('transizioni.csv', [[t('from'), t('to'), t('transitions'), t('people'), t('time')], ...edges.map((edge) => [name(edge.from), name(edge.to), edge.transitions, edge.customers, edge.median_seconds])]);
  if (edges.length === 0) return <Empty icon={<IconArrowsShuffle size={28} />} title={t('none')} />;
  return (
    <Stack gap={20}>
      <Card flush title={answer.nodes.length > matrixSize ? `${t('matrix')} · ${t('top', { n: matrixSize })}` : t('matrix')}>
        <HeatMatrix
          label={t('matrix')} matrix={matrix} name={name} corner={t('corner')}
          sentence={(from, to, weight, share) => t('cell', { from: name(from), to: name(to), n: format.number(weight), share: format.percent(share) })}
        />
      </Card>
      <Card flush title={t('table')} actions={<Button variant="subtle" size="compact-sm" leftSection={<IconDownload size={16} aria-hidden />} onClick={csv}>{common('action.csv')}</Button>}>
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
  const question = useMemo(() => {
    const range = toTimeRange(form.range, format.timezone, new Date());
    return { node: form.node, unit: form.unit, collapse_repeats: form.collapse, timezone: format.timezone, ...(range ? { range } : {}) };
  }, [form, format.timezone]);
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
          {answer.isError ? <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} /> : answer.data ? <Result answer={answer.data} node={form.node} /> : <Skeleton height={520} radius="lg" />}
        </Stack>
      )}
    </Page>
  );
}
