// Funnel: how many people take one step after another, and where they stop.
import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCustomersById } from '@/api/customers';
import { explain } from '@/api/problem';
import { useFunnel } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { FunnelAnswer, FunnelStep } from '@/model/contract';
import { conversion, defaultFunnel, finishers, funnelBars, funnelQuestion, optionalFlags, readFunnel, type FunnelForm } from '@/model/funnel';
import { intervalText } from '@/model/interval';
import { funnelReport, stepNames } from '@/model/reports/funnel';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { Page } from '@/widgets/page';
import { PeopleDrawer } from '@/widgets/people_drawer';
import { RangePicker } from '@/widgets/range_picker';
import { Empty, Failed } from '@/widgets/states';
import { StepBars } from '@/widgets/step_bars';
import { useTeller } from '@/widgets/use_teller';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import { ReportHead } from '../report_head';
import { Builder } from './builder';
import classes from './builder.module.css';
import { texts } from './texts';

const pageOfPeople = 20;

function People({ form, names, onClose }: { form: FunnelForm; names: string[]; onClose: () => void }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const [shown, setShown] = useState(pageOfPeople);
  const question = useMemo(() => {
    const base = funnelQuestion(form, format.timezone, new Date());
    if (!base || !form.people) return null;
    const { breakdown: _unused, ...rest } = base;
    return { ...rest, people: { ...form.people, limit: 200 } };
  }, [form, format.timezone]);
  const answer = useFunnel(question);
  const ids = answer.data?.people ?? [];
  const visible = ids.slice(0, shown);
  const customers = useCustomersById(visible);
  const people = visible.map((id, i) => {
    const customer = customers[i]?.data;
    const fallback = customers[i]?.isPending ? null : t('anonymous');
    return { id, name: customer?.name || customer?.identifiers[0]?.value || fallback, detail: customer?.last_seen ? format.relative(customer.last_seen) : undefined };
  });
  const step = form.people?.step ?? 1;
  return (
    <PeopleDrawer
      opened={form.people !== null}
      onClose={onClose}
      title={t(form.people?.state === 'dropped' ? 'listDropped' : 'listReached', { n: step, name: names[step - 1] ?? '' })}
      people={people}
      loading={answer.isPending || answer.isPlaceholderData}
      emptyText={t('listEmpty')}
      onMore={ids.length > shown ? () => setShown(shown + pageOfPeople) : undefined}
    />
  );
}

function Numbers({ answer, names, optional }: { answer: FunnelAnswer; names: string[]; optional: boolean[] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const first = answer.steps[0]?.count ?? 0;
  const columns: TableColumn<FunnelStep & { lost: number; base: number }>[] = [
    { id: 'name', head: t('name'), cell: (step) => <span style={{ display: 'block', minWidth: 150 }}>{`${step.index}. ${names[step.index - 1] ?? ''}`}</span>, order: (step) => step.index },
    { id: 'people', head: t('people'), cell: (step) => format.number(step.count), order: (step) => step.count, number: true },
    { id: 'first', head: t('ofFirst'), cell: (step) => format.share(step.rate_overall), number: true },
    { id: 'sure', head: t('sure'), cell: (step) => (step.index === 1 ? '' : intervalText(step.count, first, format)), number: true, wide: true },
    { id: 'previous', head: t('ofPrevious'), cell: (step) => (step.index === 1 ? '' : format.share(step.rate_step)), number: true },
    { id: 'surePrevious', head: t('sure'), cell: (step) => (step.index === 1 ? '' : intervalText(step.count, step.base, format)), number: true, wide: true },
    { id: 'lost', head: t('lost'), cell: (step) => (step.index === 1 ? '' : format.number(step.lost)), order: (step) => step.lost, number: true, wide: true },
    { id: 'median', head: t('median'), cell: (step) => (step.index === 1 ? '' : format.duration(step.median_seconds)), number: true, wide: true },
  ];
  const bars = funnelBars(answer.steps, optional);
  const rows = answer.steps.map((step, i) => ({ ...step, lost: bars[i]!.lost, base: bars[i]!.base }));
  return (
    <Card flush title={t('numbers')}>
      <DataTable label={t('numbers')} columns={columns} rows={rows} rowKey={(step) => String(step.index)} />
    </Card>
  );
}

function Groups({ answer, field, optional }: { answer: FunnelAnswer; field: string; optional: boolean[] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const rows = (answer.groups ?? []).map((group) => ({
    value: group.value, began: group.steps[0]?.count ?? 0, finished: finishers(group.steps, optional), rate: conversion(group, optional),
  }));
  const best = Math.max(0, ...rows.map((row) => row.rate ?? 0));
  const columns: TableColumn<(typeof rows)[number]>[] = [
    { id: 'value', head: t('group'), cell: (row) => words.value(field, row.value), order: (row) => words.value(field, row.value) },
    { id: 'began', head: t('began'), cell: (row) => format.number(row.began), order: (row) => row.began, number: true },
    { id: 'finished', head: t('finished'), cell: (row) => format.number(row.finished), order: (row) => row.finished, number: true },
    {
      id: 'rate', head: t('rate'), order: (row) => row.rate, number: true,
      cell: (row) => (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <span aria-hidden style={{ width: 80, height: 8, borderRadius: 4, background: 'var(--viaggio-line)', overflow: 'hidden' }}>
            <span style={{ display: 'block', height: '100%', width: `${best > 0 ? ((row.rate ?? 0) / best) * 100 : 0}%`, background: 'var(--viaggio-accent)' }} />
          </span>
          <span style={{ minWidth: 60 }}>{format.share(row.rate)}</span>
        </Group>
      ),
    },
    { id: 'sure', head: t('sure'), cell: (row) => intervalText(row.finished, row.began, format), number: true, wide: true },
  ];
  if (rows.length === 0) return null;
  return (
    <Card flush title={t('groups', { field: words.field(field).toLowerCase() })}>
      <DataTable label={t('groups', { field: words.field(field) })} columns={columns} rows={rows} rowKey={(row) => String(row.value)} initialSort={{ id: 'began', desc: true }} />
    </Card>
  );
}

export default function FunnelPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const teller = useTeller();
  const vocabulary = useKnownVocabulary();
  const fallback = useMemo(() => defaultFunnel(vocabulary), [vocabulary]);
  const read = useCallback((text: string | null) => readAddress(text, (value) => readFunnel(value, fallback), fallback), [fallback]);
  const [form, setForm] = useAddress<FunnelForm>('q', read, writeAddress);
  const [asked] = useDebouncedValue(form, 250);
  const question = useMemo(() => funnelQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const answer = useFunnel(question);
  const names = stepNames(form, teller);
  const steps = answer.data?.steps ?? [];
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  const optional = optionalFlags(asked);
  // An answer that stays on screen while the next one comes keeps the words it was asked with.
  const [shown, setShown] = useState(asked);
  if (!answer.isPlaceholderData && shown !== asked) setShown(asked);
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={empty ? null : <RangePicker value={form.range} onChange={(range) => setForm({ ...form, range })} />}>
      {empty ? (
        <Empty icon={<IconFilter size={28} />} title={t('noEvents')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('noEventsBody')}</Empty>
      ) : (
        <div className={classes.columns}>
          <Builder form={form} onChange={setForm} />
          <div className={classes.result}>
            {question === null && vocabulary ? (
              <Empty icon={<IconFilter size={28} />} title={t('needTwo')}>{t('needTwoBody')}</Empty>
            ) : answer.isError ? (
              <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} />
            ) : !answer.data ? (
              <Card title={t('result')}><Stack gap={40}>{form.steps.map((_, i) => <Skeleton key={i} height={64} radius="md" />)}</Stack></Card>
            ) : (
              <>
                <div className={answer.isPlaceholderData ? classes.stale : undefined}>
                  <ReportHead page="funnel" question={shown} posted={() => ({ kind: 'funnel', question: { ...funnelQuestion(shown, format.timezone, new Date()) } })} report={funnelReport(answer.data, shown, teller)} />
                </div>
                <div className={answer.isPlaceholderData ? classes.stale : undefined}>
                  <Card>
                    <StepBars bars={funnelBars(steps, optional)} names={names} onPeople={form.countBy === 'customer' ? (step, state) => setForm({ ...form, people: { step, state } }) : undefined} />
                  </Card>
                </div>
                {form.breakdown ? <Groups answer={answer.data} field={form.breakdown} optional={optional} /> : null}
                <Numbers answer={answer.data} names={names} optional={optional} />
              </>
            )}
          </div>
        </div>
      )}
      <People form={form} names={names} onClose={() => setForm({ ...form, people: null })} />
    </Page>
  );
}
