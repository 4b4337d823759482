// Values that identify nobody: the firm's own list, and what the data suggest for it.
import { Button, Skeleton, TagsInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useIdentityPolicy, useSaveIdentityPolicy, useSharedValues } from '@/api/configuration';
import { explain } from '@/api/problem';
import { identifierTexts } from '@/base/identifiers';
import { useFormat } from '@/base/preferences';
import type { IdentityPolicy, SharedValue } from '@/model/contract';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { Failed, RowsSkeleton } from '@/widgets/states';
import classes from './settings.module.css';
import { texts } from './texts';
import { useTell } from './use_save';

const mostBlocked = 1000;

function Blocked({ policy, etag }: { policy: IdentityPolicy; etag: string | null }) {
  const { t } = useTranslation(texts);
  const { t: kind } = useTranslation(identifierTexts);
  const format = useFormat();
  const save = useSaveIdentityPolicy();
  const shared = useSharedValues();
  const tell = useTell();
  const put = (blocked: string[]) => save.mutate({ policy: { ...policy, blocked }, etag }, { onSuccess: () => tell.done(t('saved')), onError: tell.failed });
  const columns: TableColumn<SharedValue>[] = [
    { id: 'type', head: t('kind'), cell: (item) => kind(item.type, { defaultValue: kind('other') }) },
    { id: 'value', head: t('value'), cell: (item) => <span data-verbatim>{item.value}</span>, order: (item) => item.value },
    { id: 'customers', head: t('customers'), cell: (item) => format.number(item.customers), order: (item) => item.customers, number: true },
    { id: 'block', head: '', cell: (item) => <Button size="compact-sm" variant="default" disabled={save.isPending} onClick={() => put([...policy.blocked, item.value])} aria-label={t('blockNamed', { value: item.value })}>{t('block')}</Button>, number: true },
  ];
  return (
    <>
      <Card title={t('identity')}>
        <Text c="dimmed" mb="md" maw="62ch">{t('identityLead')}</Text>
        <TagsInput label={t('blocked')} placeholder={t('blockedPlaceholder')} value={policy.blocked} onChange={put} disabled={save.isPending} maxTags={mostBlocked} splitChars={[]} clearable={false} />
      </Card>
      <Card title={t('suggested')}>
        <Text c="dimmed" mb="md">{t('suggestedLead')}</Text>
        {shared.isError ? <Failed failure={explain(shared.error)} onRetry={() => void shared.refetch()} /> : !shared.data ? <RowsSkeleton /> : shared.data.values.length === 0 ? t('suggestedNone') : (
          <DataTable label={t('suggested')} columns={columns} rows={shared.data.values} rowKey={(item) => `${item.type}:${item.value}`} />
        )}
      </Card>
    </>
  );
}

export function Identity() {
  const policy = useIdentityPolicy();
  if (policy.isError) return <Failed failure={explain(policy.error)} onRetry={() => void policy.refetch()} />;
  if (!policy.data) return <Skeleton height={300} radius="lg" />;
  return (
    <div className={classes.page}>
      <Blocked policy={policy.data.data} etag={policy.data.etag} />
    </div>
  );
}
