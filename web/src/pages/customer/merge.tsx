// Joins this person with another: look for them, see both names, confirm.
import { Button, Group, Loader, Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useCustomers, useMerge, useMergePreview } from '@/api/customers';
import { explain } from '@/api/problem';
import { useFormat } from '@/base/preferences';
import { toast } from '@/base/toast';
import type { Customer, CustomerSummary } from '@/model/contract';
import { bestIdentifier, displayName } from '@/model/journey';
import classes from './customer.module.css';
import { Preview } from './preview';
import { texts } from './texts';

const shown = 6;

function Found({ search, except, onChoose }: { search: string; except: string; onChoose: (person: CustomerSummary) => void }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const page = useCustomers(search);
  const people = (page.data?.pages[0]?.customers ?? []).filter((item) => item.customer_id !== except).slice(0, shown);
  if (search === '') return <Text size="sm" c="dimmed">{t('mergeHint')}</Text>;
  if (page.isPending || page.isPlaceholderData) return <Loader size="sm" />;
  if (people.length === 0) return <Text size="sm" c="dimmed">{t('mergeNobody')}</Text>;
  return (
    <ul className={classes.list}>
      {people.map((person) => (
        <li key={person.customer_id}>
          <button type="button" className={classes.candidate} onClick={() => onChoose(person)}>
            <strong>{displayName(person) ?? t('anonymous')}</strong>
            <span className={classes.sub}>{[bestIdentifier(person.identifiers)?.value, person.last_seen ? format.relative(person.last_seen) : ''].filter(Boolean).join(' · ')}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Merge({ customer }: { customer: Customer }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const merge = useMerge();
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const [other, setOther] = useState<CustomerSummary | null>(null);
  const preview = useMergePreview(customer.customer_id, other?.customer_id ?? null);
  const [search] = useDebouncedValue(text.trim(), 200);
  const close = () => {
    setOpened(false);
    setOther(null);
    setText('');
  };
  const names = { a: displayName(customer) ?? t('anonymous'), b: (other && displayName(other)) ?? t('anonymous') };
  const confirm = () => {
    if (!other) return;
    merge.mutate({ a: customer.customer_id, b: other.customer_id }, {
      onSuccess: (answer) => {
        close();
        toast({ message: t('merged') });
        void navigate(`/clienti/${encodeURIComponent(answer.customer_id)}?vista=identita`, { replace: true });
      },
      onError: (error) => {
        const { key, detail } = explain(error);
        toast({ color: 'orange', title: common('error.title'), message: detail ?? common(`error.${key}`) });
      },
    });
  };
  return (
    <>
      <Button variant="default" size="sm" onClick={() => setOpened(true)}>{t('merge')}</Button>
      <Modal opened={opened} onClose={close} title={t('mergeTitle', { a: names.a })} size={other ? 'lg' : undefined} centered closeButtonProps={{ 'aria-label': common('action.close') }}>
        {other ? (
          <>
            <Text mb="md">{t('mergeBody', names)}</Text>
            <Preview preview={preview} />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setOther(null)}>{common('action.back')}</Button>
              <Button onClick={confirm} loading={merge.isPending} disabled={!preview.data} data-autofocus>{t('mergeConfirm')}</Button>
            </Group>
          </>
        ) : (
          <>
            <TextInput data-autofocus aria-label={t('mergeSearch')} placeholder={t('mergeSearch')} value={text} onChange={(event) => setText(event.currentTarget.value)} leftSection={<IconSearch size={16} aria-hidden />} mb="sm" />
            <Found search={search} except={customer.customer_id} onChoose={setOther} />
          </>
        )}
      </Modal>
    </>
  );
}
