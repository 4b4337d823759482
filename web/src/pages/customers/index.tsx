// Customers: instant search over every identifier, and the list.
import { Button, CloseButton, Group, Loader, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconUsers, IconUserQuestion } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useCustomers } from '@/api/customers';
import { explain } from '@/api/problem';
import { useFormat } from '@/base/preferences';
import type { CustomerSummary } from '@/model/contract';
import { bestIdentifier, displayName } from '@/model/journey';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { Page } from '@/widgets/page';
import { Empty, Failed, RowsSkeleton } from '@/widgets/states';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './customers.module.css';
import { texts } from './texts';

function Face({ customer }: { customer: CustomerSummary }) {
  const { t } = useTranslation(texts);
  const best = bestIdentifier(customer.identifiers);
  const name = displayName(customer) ?? t('anonymous');
  return (
    <div className={classes.face}>
      <span className={classes.initial} aria-hidden>{name.slice(0, 1).toUpperCase()}</span>
      <span>
        <Link className={classes.name} to={`/clienti/${encodeURIComponent(customer.customer_id)}`} onClick={(event) => event.stopPropagation()}>{name}</Link>
        {best && best.value !== name && best.type !== 'anonymous_id' && best.type !== 'device_id' ? <span className={classes.sub}>{best.value}</span> : null}
      </span>
    </div>
  );
}

function List({ customers }: { customers: CustomerSummary[] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const navigate = useNavigate();
  const model = vocabulary?.stage_models[0]?.id ?? '';
  const stageOf = (customer: CustomerSummary) => {
    const id = customer.stage[model];
    return id ? words.stage(model, id) : '';
  };
  const columns: TableColumn<CustomerSummary>[] = [
    { id: 'name', head: t('name'), cell: (customer) => <Face customer={customer} />, order: (customer) => customer.name },
    { id: 'stage', head: t('stage'), cell: (customer) => (stageOf(customer) ? <span className={classes.stage}>{stageOf(customer)}</span> : '–'), order: stageOf, wide: true },
    { id: 'last', head: t('last'), cell: (customer) => (customer.last_seen ? format.relative(customer.last_seen) : '–'), order: (customer) => customer.last_seen },
    { id: 'events', head: t('events'), cell: (customer) => format.number(customer.events), order: (customer) => customer.events, number: true, wide: true },
    { id: 'value', head: t('value'), cell: (customer) => (customer.value ? format.money(customer.value) : '–'), order: (customer) => customer.value, number: true, wide: true },
  ];
  return <DataTable label={t('title')} columns={columns} rows={customers} rowKey={(customer) => customer.customer_id} onOpen={(customer) => void navigate(`/clienti/${encodeURIComponent(customer.customer_id)}`)} />;
}

export default function CustomersPage() {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const [parameters, setParameters] = useSearchParams();
  const [text, setText] = useState(parameters.get('search') ?? '');
  const [search] = useDebouncedValue(text.trim(), 150);
  const asked = parameters.get('search') ?? '';
  useEffect(() => {
    // Only a real change moves: a needless one would cut off a move to another page.
    if (search !== asked) setParameters(search ? { search } : {}, { replace: true });
  }, [search, asked, setParameters]);
  const page = useCustomers(search);
  const customers = page.data?.pages.flatMap((item) => item.customers) ?? [];
  const total = page.data?.pages[0]?.total ?? 0;
  const empty = page.isSuccess && !page.isPlaceholderData && total === 0 && customers.length === 0;
  return (
    <Page title={t('title')} lead={t('lead')}>
      {empty && search === '' && text === '' ? (
        <Empty icon={<IconUsers size={28} />} title={t('empty')} action={<Group justify="center"><Button component={Link} to="/importa">{t('import')}</Button><Button component={Link} to="/dal-vivo" variant="default">{t('live')}</Button></Group>}>{t('emptyBody')}</Empty>
      ) : (
        <>
          <TextInput
            className={classes.search}
            size="md"
            type="search"
            aria-label={t('searchLabel')}
            placeholder={t('search')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            leftSection={<IconSearch size={18} aria-hidden />}
            rightSection={page.isFetching && !page.isFetchingNextPage ? <Loader size={16} /> : text ? <CloseButton aria-label={t('clear')} onClick={() => setText('')} /> : null}
            autoComplete="off"
            spellCheck={false}
          />
          <p className={classes.count} role="status">{page.data ? t('found', { count: total, formatted: format.number(total) }) : ''}</p>
          {page.isError ? (
            <Failed failure={explain(page.error)} onRetry={() => void page.refetch()} />
          ) : empty ? (
            <Empty icon={<IconUserQuestion size={28} />} title={t('nobody', { search })} action={<Button variant="default" onClick={() => setText('')}>{t('clear')}</Button>}>{t('nobodyBody')}</Empty>
          ) : (
            <Card flush>
              {page.data ? <div className={page.isPlaceholderData ? classes.stale : undefined}><List customers={customers} /></div> : <div style={{ padding: '8px 24px' }}><RowsSkeleton rows={10} height={57} /></div>}
            </Card>
          )}
          {page.hasNextPage ? <Button mt="md" variant="default" loading={page.isFetchingNextPage} onClick={() => void page.fetchNextPage()}>{common('action.more')}</Button> : null}
        </>
      )}
    </Page>
  );
}
