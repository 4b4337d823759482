// Dashboards: saved reports side by side, small and alive.
import { Button, Select, TextInput } from '@mantine/core';
import { IconLayoutDashboard, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { explain } from '@/api/problem';
import { useChangeDashboard, useCreateDashboard, useDashboards, useLiveAnswers, useRemoveDashboard, useReports } from '@/api/saved';
import { useFormat } from '@/base/preferences';
import type { SavedDashboard, SavedReport } from '@/model/contract';
import { placed } from '@/model/saved';
import { Card } from '@/widgets/card';
import { Page } from '@/widgets/page';
import { Empty, Failed, RowsSkeleton } from '@/widgets/states';
import classes from './dashboards.module.css';
import { texts } from './texts';
import { Tile } from './tile';

const refreshSeconds = 10;

function Create({ onMade, onCancel }: { onMade: (dashboard: SavedDashboard) => void; onCancel?: () => void }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const create = useCreateDashboard();
  const [name, setName] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate({ name: name.trim(), reports: [] }, { onSuccess: onMade });
  };
  return (
    <form className={classes.new} onSubmit={send}>
      <TextInput label={t('name')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} error={create.isError ? common(`error.${explain(create.error).key}`, { defaultValue: explain(create.error).detail }) : null} />
      <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>{t('confirm')}</Button>
      {onCancel ? <Button variant="default" onClick={onCancel}>{common('action.cancel')}</Button> : null}
    </form>
  );
}

function Remove({ dashboard, onRemoved }: { dashboard: SavedDashboard; onRemoved: () => void }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const remove = useRemoveDashboard();
  const [asking, setAsking] = useState(false);
  if (!asking) return <Button variant="subtle" color="gray" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsking(true)}>{t('remove')}</Button>;
  return (
    <div className={classes.new}>
      <span>{t('sure', { name: dashboard.name })}</span>
      <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(dashboard.id, { onSuccess: onRemoved })}>{t('remove')}</Button>
      <Button variant="default" onClick={() => setAsking(false)}>{common('action.cancel')}</Button>
    </div>
  );
}

function Tiles({ dashboard, reports }: { dashboard: SavedDashboard; reports: SavedReport[] }) {
  const { t } = useTranslation(texts);
  const change = useChangeDashboard();
  useLiveAnswers(refreshSeconds);
  // What has just been changed holds until the server has said so too.
  const ids = change.isPending ? change.variables.reports : dashboard.reports;
  const known = new Map(reports.map((report) => [report.id, report]));
  const shown = ids.flatMap((id) => known.get(id) ?? []);
  const set = (next: string[]) => change.mutate({ ...dashboard, reports: next });
  const free = reports.filter(({ id }) => !ids.includes(id));
  return (
    <>
      <div className={classes.bar}>
        <Select
          label={t('add')} placeholder={free.length === 0 ? t('all') : t('addHint')} disabled={free.length === 0} searchable value={null} w={300}
          data={free.map(({ id, name }) => ({ value: id, label: name }))} onChange={(id) => id && set([...ids, id])}
        />
      </div>
      {change.isError ? <Failed failure={explain(change.error)} /> : null}
      {shown.length === 0 ? <Empty icon={<IconLayoutDashboard size={28} />} title={t('bare')}>{t('bareBody')}</Empty> : (
        <div className={classes.grid}>
          {shown.map((report, i) => <Tile key={report.id} report={report} first={i === 0} last={i === shown.length - 1} onMove={(by) => set(placed(ids, ids.indexOf(report.id), by))} onRemove={() => set(ids.filter((id) => id !== report.id))} />)}
        </div>
      )}
    </>
  );
}

export default function DashboardsPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const navigate = useNavigate();
  const { id } = useParams();
  const dashboards = useDashboards();
  const reports = useReports();
  const [creating, setCreating] = useState(false);
  const list = dashboards.data?.dashboards ?? [];
  const open = list.find((item) => item.id === id) ?? list[0];
  const go = (to: string | undefined) => void navigate(to ? `/cruscotti/${to}` : '/cruscotti');
  const made = (dashboard: SavedDashboard) => {
    setCreating(false);
    go(dashboard.id);
  };
  const failed = dashboards.isError ? dashboards : reports.isError ? reports : null;
  return (
    <Page
      wide title={t('title')} lead={`${t('lead')} ${open ? `${t('live', { n: format.number(refreshSeconds) })}.` : ''}`}
      actions={open && !creating ? <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>{t('create')}</Button> : null}
    >
      {failed ? <Failed failure={explain(failed.error)} onRetry={() => void failed.refetch()} /> : !dashboards.data || !reports.data ? <Card><RowsSkeleton rows={4} height={56} /></Card> : !open ? (
        reports.data.reports.length === 0
          ? <Empty icon={<IconLayoutDashboard size={28} />} title={t('noReports')} action={<Button component={Link} to="/funnel">{t('begin')}</Button>}>{t('noReportsBody')}</Empty>
          : <Empty icon={<IconLayoutDashboard size={28} />} title={t('empty')} action={<Create onMade={made} />}>{t('emptyBody')}</Empty>
      ) : (
        <>
          {creating ? <Card><Create onMade={made} onCancel={() => setCreating(false)} /></Card> : null}
          <div className={classes.bar}>
            <Select label={t('choose')} allowDeselect={false} w={300} value={open.id} data={list.map((item) => ({ value: item.id, label: item.name }))} onChange={(next) => next && go(next)} />
            <Remove key={open.id} dashboard={open} onRemoved={() => go(undefined)} />
          </div>
          <Tiles key={`tiles ${open.id}`} dashboard={open} reports={reports.data.reports} />
        </>
      )}
    </Page>
  );
}
