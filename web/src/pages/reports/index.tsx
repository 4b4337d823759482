// Saved reports: to open, to rename, to delete.
import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { IconBookmark, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useChangeReport, useRemoveReport, useReports } from '@/api/saved';
import { useFormat } from '@/base/preferences';
import { toast } from '@/base/toast';
import type { SavedReport } from '@/model/contract';
import { addressOf, navOf } from '@/model/saved';
import { Card } from '@/widgets/card';
import { Page } from '@/widgets/page';
import { Empty, Failed, RowsSkeleton } from '@/widgets/states';
import classes from './reports.module.css';
import { texts } from './texts';

function Rename({ report, onDone }: { report: SavedReport; onDone: () => void }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const change = useChangeReport();
  const [name, setName] = useState(report.name);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') change.mutate({ ...report, name: name.trim() }, { onSuccess: onDone });
  };
  return (
    <form className={classes.rename} onSubmit={send}>
      <TextInput aria-label={t('newName')} autoFocus maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} error={change.isError ? (explain(change.error).detail ?? common(`error.${explain(change.error).key}`)) : null} />
      <Button type="submit" size="sm" loading={change.isPending} disabled={name.trim() === ''}>{common('action.save')}</Button>
      <Button size="sm" variant="default" onClick={onDone}>{common('action.cancel')}</Button>
    </form>
  );
}

function Row({ report }: { report: SavedReport }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const remove = useRemoveReport();
  const [state, setState] = useState<'shown' | 'renaming' | 'asking'>('shown');
  if (state === 'renaming') return <li className={classes.row} data-saved={report.id}><Rename report={report} onDone={() => setState('shown')} /></li>;
  if (state === 'asking') {
    return (
      <li className={classes.row} data-saved={report.id}>
        <span className={classes.what}>{t('sure', { name: report.name })}</span>
        <Group gap="xs">
          <Button size="sm" color="red" loading={remove.isPending} onClick={() => remove.mutate(report.id, { onSuccess: () => toast({ message: t('removed', { name: report.name }) }) })}>{t('remove')}</Button>
          <Button size="sm" variant="default" onClick={() => setState('shown')}>{common('action.cancel')}</Button>
        </Group>
        {remove.isError ? <Failed failure={explain(remove.error)} /> : null}
      </li>
    );
  }
  return (
    <li className={classes.row} data-saved={report.id}>
      <span className={classes.what}>
        <Link className={classes.name} to={addressOf(report)}>{report.name}</Link>
        <span className={classes.soft}>{common(navOf[report.page])} · {format.dateTime(report.changed)}</span>
      </span>
      <Group gap={4}>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('renameOf', { name: report.name })} onClick={() => setState('renaming')}><IconPencil size={18} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('removeOf', { name: report.name })} onClick={() => setState('asking')}><IconTrash size={18} /></ActionIcon>
      </Group>
    </li>
  );
}

export default function ReportsPage() {
  const { t } = useTranslation(texts);
  const reports = useReports();
  const list = [...(reports.data?.reports ?? [])].sort((a, b) => (a.changed < b.changed ? 1 : -1));
  return (
    <Page title={t('title')} lead={t('lead')} actions={list.length > 0 ? <Button component={Link} to="/cruscotti" variant="default">{t('dashboards')}</Button> : null}>
      {reports.isError ? <Failed failure={explain(reports.error)} onRetry={() => void reports.refetch()} /> : !reports.data ? <Card><RowsSkeleton rows={4} height={56} /></Card> : list.length === 0 ? (
        <Empty icon={<IconBookmark size={28} />} title={t('empty')} action={<Button component={Link} to="/funnel">{t('begin')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <Card flush><ul className={classes.list} aria-label={t('title')}>{list.map((report) => <Row key={report.id} report={report} />)}</ul></Card>
      )}
    </Page>
  );
}
