// Keys: what may send data, what may read it.
import { Alert, Button, CopyButton, Group, Select, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explain } from '@/api/problem';
import { useCreateKey, useKeys } from '@/api/session';
import type { Key } from '@/model/contract';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { Failed, RowsSkeleton } from '@/widgets/states';
import classes from './settings.module.css';
import { texts } from './texts';
import { useTell } from './use_save';

function Copy({ value }: { value: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button size="compact-sm" variant="default" leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />} onClick={copy}>{t(copied ? 'action.copied' : 'action.copy')}</Button>
      )}
    </CopyButton>
  );
}

export function Keys() {
  const { t } = useTranslation(texts);
  const keys = useKeys();
  const create = useCreateKey();
  const tell = useTell();
  const [kind, setKind] = useState<Key['kind']>('write');
  const [source, setSource] = useState('');
  const columns: TableColumn<Key>[] = [
    { id: 'source', head: t('source'), cell: (key) => key.source || '–', order: (key) => key.source },
    { id: 'kind', head: t('kind'), cell: (key) => t(key.kind === 'secret' ? 'secretKey' : 'writeKey') },
    { id: 'key', head: t('key'), cell: (key) => <span className={classes.code} data-verbatim>{key.key}</span> },
    { id: 'copy', head: '', cell: (key) => (key.kind === 'write' ? <Copy value={key.key} /> : null), number: true },
  ];
  const made = create.data;
  return (
    <div className={classes.page}>
      <Card flush title={t('keys')}>
        <p className={`${classes.dim} ${classes.inset}`}>{t('keysLead')}</p>
        {keys.isError ? <Failed failure={explain(keys.error)} onRetry={() => void keys.refetch()} /> : !keys.data ? <div style={{ padding: '0 24px' }}><RowsSkeleton rows={3} /></div> : keys.data.keys.length === 0 ? (
          <p style={{ padding: '0 24px 12px' }}>{t('noKeys')}</p>
        ) : (
          <DataTable label={t('keys')} columns={columns} rows={keys.data.keys} rowKey={(key) => key.kind + key.key} />
        )}
      </Card>
      <Card title={t('newKey')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ kind, source: source.trim() }, { onSuccess: () => setSource(''), onError: tell.failed });
          }}
        >
          <Group align="flex-end">
            <Select label={t('kind')} allowDeselect={false} value={kind} onChange={(value) => value && setKind(value as Key['kind'])} data={[{ value: 'write', label: t('writeKey') }, { value: 'secret', label: t('secretKey') }]} />
            <TextInput label={t('sourceName')} placeholder={t('sourceHint')} value={source} onChange={(event) => setSource(event.currentTarget.value)} required withAsterisk={false} />
            <Button type="submit" loading={create.isPending}>{t('create')}</Button>
          </Group>
        </form>
        {made ? (
          <Alert mt="md" color="ink" title={made.kind === 'secret' ? t('shownOnce') : undefined}>
            <Group><span className={classes.code} data-verbatim>{made.key}</span><Copy value={made.key} /></Group>
          </Alert>
        ) : null}
      </Card>
    </div>
  );
}
