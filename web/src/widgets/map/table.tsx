// The same numbers as the drawing, as tables.
import { Stack } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MapCell, MapFlow, MapStage } from '@/model/contract';
import { lostShare } from '@/model/map/river';
import { stageName, type Teller } from '@/model/map/sentences';
import { read } from '@/model/words';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { ns } from './texts';

export function MapTable({ teller }: { teller: Teller }) {
  const { t } = useTranslation(ns);
  const { answer, format } = teller;
  const number = (value: number) => format.number(value);
  const money = (value: number) => format.money(value, answer.currency);
  const order = useMemo(() => new Map(answer.stages.map((stage, index) => [stage.id, index])), [answer.stages]);
  const rows = useMemo(() => new Map(answer.rows.map((row) => [row.id, read(row.label, format.language)])), [answer.rows, format.language]);
  const count = (id: keyof MapStage & string, head: string, value: (stage: MapStage) => number): TableColumn<MapStage> => ({ id, head, number: true, order: value, cell: (stage) => number(value(stage)) });
  const stages: TableColumn<MapStage>[] = [
    { id: 'stage', head: t('table.stage'), order: (stage) => order.get(stage.id) ?? 0, cell: (stage) => read(stage.label, format.language) },
    count('entered', t('table.entered'), (stage) => stage.entered), count('before', t('table.before'), (stage) => stage.before),
    count('forward', t('table.forward'), (stage) => stage.forward), count('back', t('table.back'), (stage) => stage.back),
    { ...count('lost', t('table.lost'), (stage) => stage.lost), cell: (stage) => `${number(stage.lost)} (${format.percent(lostShare(stage), 0)})` },
    count('here_now', t('table.now'), (stage) => stage.here_now),
    { id: 'value', head: t('table.value'), number: true, order: (stage) => stage.value, cell: (stage) => money(stage.value) },
  ];
  const flows: TableColumn<MapFlow>[] = [
    { id: 'from', head: t('table.from'), order: (flow) => order.get(flow.from ?? '') ?? -1, cell: (flow) => (flow.from === null ? t('table.outside') : stageName(teller, flow.from)) },
    { id: 'to', head: t('table.to'), order: (flow) => order.get(flow.to ?? '') ?? 99, cell: (flow) => (flow.to === null ? t('table.gone') : stageName(teller, flow.to)) },
    { id: 'kind', head: t('table.kind'), order: (flow) => flow.kind, cell: (flow) => t(`table.kinds.${flow.kind}`) },
    { id: 'people', head: t('table.people'), number: true, order: (flow) => flow.customers, cell: (flow) => number(flow.customers) },
    { id: 'passages', head: t('table.passages'), number: true, order: (flow) => flow.transitions, cell: (flow) => number(flow.transitions) },
    { id: 'median', head: t('table.median'), number: true, order: (flow) => flow.median_seconds, cell: (flow) => format.duration(flow.median_seconds) },
  ];
  const cells: TableColumn<MapCell>[] = [
    { id: 'touchpoint', head: t('table.touchpoint'), order: (cell) => rows.get(cell.row) ?? cell.row, cell: (cell) => rows.get(cell.row) ?? cell.row },
    { id: 'stage', head: t('table.stage'), order: (cell) => order.get(cell.stage) ?? 0, cell: (cell) => stageName(teller, cell.stage) },
    { id: 'people', head: t('table.people'), number: true, order: (cell) => cell.customers, cell: (cell) => number(cell.customers) },
    { id: 'events', head: t('table.events'), number: true, order: (cell) => cell.events, cell: (cell) => number(cell.events) },
    { id: 'onward', head: t('table.onward'), number: true, order: (cell) => cell.to_next, cell: (cell) => format.percent(cell.to_next, 1) },
    { id: 'feeling', head: t('table.feeling'), number: true, order: (cell) => cell.emotion?.mean ?? null, cell: (cell) => (cell.emotion ? format.number(cell.emotion.mean, 2) : '–') },
    { id: 'answers', head: t('table.answers'), number: true, order: (cell) => cell.emotion?.n ?? 0, cell: (cell) => number(cell.emotion?.n ?? 0) },
    { id: 'stake', head: t('table.stake'), number: true, order: (cell) => cell.at_stake, cell: (cell) => money(Math.round(cell.at_stake)) },
  ];
  return (
    <Stack gap="lg">
      <Card title={t('table.stages')} flush><DataTable label={t('table.stages')} columns={stages} rows={answer.stages} rowKey={(stage) => stage.id} initialSort={{ id: 'stage', desc: false }} /></Card>
      <Card title={t('table.flows')} flush><DataTable label={t('table.flows')} columns={flows} rows={answer.flows} rowKey={(flow) => `${flow.kind}:${flow.from}:${flow.to}`} initialSort={{ id: 'people', desc: true }} /></Card>
      <Card title={t('table.cells')} flush><DataTable label={t('table.cells')} columns={cells} rows={answer.cells} rowKey={(cell) => `${cell.stage}:${cell.row}`} initialSort={{ id: 'people', desc: true }} /></Card>
    </Stack>
  );
}
