// Paths: where people go from a beginning, or how they came to an end, as a Sankey whose flows add up.
import { Button, SegmentedControl, Select, Skeleton, Switch } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconRoute } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { usePaths } from '@/api/questions';
import { useFormat, useLabel } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { PathsAnswer } from '@/model/contract';
import { intervalText } from '@/model/interval';
import { defaultPaths, depths, isBackward, other, pathsQuestion, pathUnits, readPaths, type PathPeople, type PathsForm } from '@/model/paths';
import { layerName as layerText, nodeName, pathsReport } from '@/model/reports/paths';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { EventPicker } from '@/widgets/event_picker';
import { FilterEditor } from '@/widgets/filter_editor';
import { Page } from '@/widgets/page';
import { RangePicker } from '@/widgets/range_picker';
import { Empty, Failed } from '@/widgets/states';
import { useTeller } from '@/widgets/use_teller';
import { useKnownVocabulary } from '@/widgets/use_words';
import { ReportHead } from '../report_head';
import { Flow } from './flow';
import classes from './paths.module.css';
import { People } from './people';
import { texts } from './texts';

const tableSize = 20;

/** How nodes and layers are called on this page. */
function useNames(node: string, backward: boolean) {
  const teller = useTeller();
  const name = useMemo(() => nodeName(node, teller), [node, teller]);
  const layerName = useCallback((layer: number) => layerText(layer, backward, teller), [backward, teller]);
  return { name, layerName };
}

function Question({ form, onChange }: { form: PathsForm; onChange: (form: PathsForm) => void }) {
  const { t } = useTranslation(texts);
  const label = useLabel();
  const vocabulary = useKnownVocabulary();
  const set = (part: Partial<PathsForm>) => onChange({ ...form, people: null, ...part });
  const nodes = [
    ...(['touchpoint', 'channel', 'name'] as const).map((value) => ({ value: value as string, label: t(`nodes.${value}`) })),
    ...(vocabulary?.stage_models ?? []).map((model) => ({ value: `stage.${model.id}`, label: t('nodes.stage', { model: label(model.label, model.id) }) })),
  ];
  return (
    <Card>
      <div className={classes.question}>
        <Select label={t('node')} allowDeselect={false} value={form.node} data={nodes} onChange={(node) => node && set({ node })} />
        <Select label={t('unit')} allowDeselect={false} value={form.unit} data={pathUnits.map((value) => ({ value, label: t(`units.${value}`) }))} onChange={(unit) => unit && set({ unit: unit as PathsForm['unit'] })} />
        <EventPicker label={t('start')} placeholder={t('startAny')} value={form.start} onChange={(start) => set({ start })} />
        <EventPicker label={t('end')} placeholder={t('endAny')} value={form.end} onChange={(end) => set({ end })} />
      </div>
      <div className={classes.strip}>
        <div className={classes.labelled}><span>{t('depth')}</span><SegmentedControl aria-label={t('depth')} size="xs" value={String(form.depth)} data={depths.map(String)} onChange={(depth) => set({ depth: Number(depth) })} /></div>
        <Switch label={t('collapse')} checked={form.collapse} onChange={(event) => set({ collapse: event.currentTarget.checked })} />
        <FilterEditor value={form.where} onChange={(where) => set({ where })} />
      </div>
    </Card>
  );
}

interface ResultProps {
  answer: PathsAnswer;
  form: PathsForm;
  onOpen: (people: PathPeople) => void;
}

function Picture({ answer, form, onOpen }: ResultProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const backward = isBackward(form);
  const { name, layerName } = useNames(form.node, backward);
  return (
    <Card title={t('flow')}>
      <Flow answer={answer} backward={backward} name={name} layerName={layerName} onOpen={onOpen} />
      <p className={classes.note}>
        {t(backward ? 'restsBack' : 'rests', { sequences: format.number(answer.sequences) })}{' '}
        {answer.other.nodes > 0 ? t('merged', { nodes: format.number(answer.other.nodes), entries: format.number(answer.other.entries) }) : ''}
      </p>
    </Card>
  );
}

function Numbers({ answer, form, onOpen }: ResultProps) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const { name, layerName } = useNames(form.node, isBackward(form));
  const [shown, setShown] = useState(tableSize);
  const nodes = useMemo(() => new Map(answer.nodes.map((node) => [node.id, node])), [answer]);
  const edges = useMemo(() => [...answer.edges].sort((a, b) => b.transitions - a.transitions), [answer]);
  type Row = PathsAnswer['edges'][number];
  const called = (id: string) => name(nodes.get(id)?.label ?? other, nodes.get(id)?.merged);
  const share = (edge: Row) => edge.transitions / Math.max(1, nodes.get(edge.from)?.entries ?? 0);
  const columns: TableColumn<Row>[] = [
    { id: 'step', head: t('step'), cell: (edge) => layerName(nodes.get(edge.from)?.layer ?? 0), order: (edge) => nodes.get(edge.from)?.layer ?? 0, wide: true },
    { id: 'from', head: t('from'), cell: (edge) => called(edge.from), order: (edge) => called(edge.from) },
    { id: 'to', head: t('to'), cell: (edge) => called(edge.to), order: (edge) => called(edge.to) },
    { id: 'transitions', head: t('transitions'), cell: (edge) => format.number(edge.transitions), order: (edge) => edge.transitions, number: true },
    { id: 'share', head: t('share'), cell: (edge) => format.share(share(edge)), order: share, number: true, wide: true },
    { id: 'sure', head: t('sure'), cell: (edge) => intervalText(edge.transitions, nodes.get(edge.from)?.entries ?? 0, format), number: true, wide: true },
  ];
  if (edges.length === 0) return null;
  return (
    <Card flush title={t('table')}>
      <DataTable label={t('table')} columns={columns} rows={edges.slice(0, shown)} rowKey={(edge) => `${edge.from}→${edge.to}`} onOpen={({ from, to }) => onOpen({ from, to })} initialSort={{ id: 'transitions', desc: true }} />
      {edges.length > shown ? <Button m="md" variant="default" size="sm" onClick={() => setShown(shown + 5 * tableSize)}>{common('action.more')}</Button> : null}
    </Card>
  );
}

const read = (text: string | null) => readAddress(text, readPaths, defaultPaths);

export default function PathsPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const vocabulary = useKnownVocabulary();
  const [form, setForm] = useAddress<PathsForm>('q', read, writeAddress);
  const [asked] = useDebouncedValue(form, 250);
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  const question = useMemo(() => pathsQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const answer = usePaths(empty ? null : question);
  // An answer that stays on screen while the next one comes keeps the words it was asked with.
  const [shown, setShown] = useState(asked);
  if (!answer.isPlaceholderData && shown !== asked) setShown(asked);
  const { name, layerName } = useNames(form.node, isBackward(form));
  const teller = useTeller();
  const open = (people: PathPeople) => setForm({ ...form, people });
  const place = (id: string) => {
    const [layer, ...label] = id.split(':');
    return { name: name(label.length > 0 ? label.join(':') : other), where: layerName(Number(layer)).toLowerCase() };
  };
  const listed = form.people === null ? '' : 'node' in form.people ? t('listNode', place(form.people.node)) : t('listEdge', { from: place(form.people.from).name, to: place(form.people.to).name, where: place(form.people.from).where });
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={empty ? null : <RangePicker value={form.range} onChange={(range) => setForm({ ...form, people: null, range })} />}>
      {empty ? (
        <Empty icon={<IconRoute size={28} />} title={t('empty')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <div className={classes.page}>
          <Question form={form} onChange={setForm} />
          {answer.isError ? (
            <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} />
          ) : !answer.data ? (
            <Card title={t('flow')}><Skeleton height={480} radius="md" /></Card>
          ) : answer.data.sequences === 0 ? (
            <Empty icon={<IconRoute size={28} />} title={t('none')}>{t('noneBody')}</Empty>
          ) : (
            <div className={answer.isPlaceholderData ? `${classes.page} ${classes.stale}` : classes.page}>
              <ReportHead page="paths" question={shown} posted={() => ({ kind: 'paths', question: { ...pathsQuestion(shown, format.timezone, new Date()) } })} report={pathsReport(answer.data, shown, teller)} />
              <Picture answer={answer.data} form={shown} onOpen={open} />
              <Numbers answer={answer.data} form={shown} onOpen={open} />
            </div>
          )}
        </div>
      )}
      <People form={form} title={listed} onClose={() => setForm({ ...form, people: null })} />
    </Page>
  );
}
