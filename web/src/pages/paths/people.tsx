// Who stands behind a box or a ribbon, to be kept as an audience.
import { Stack } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveAudience } from '@/api/audiences';
import { explain } from '@/api/problem';
import { usePeople } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import type { PeopleQuestion } from '@/model/contract';
import { pathsQuestion, type PathsForm } from '@/model/paths';
import { KeepPeople } from '@/widgets/keep_people';
import { PeopleDrawer } from '@/widgets/people_drawer';
import { Failed } from '@/widgets/states';
import { texts } from './texts';

const pageOfPeople = 50;

function Keep({ question, suggestion }: { question: PeopleQuestion['question']; suggestion: string }) {
  const save = useSaveAudience();
  return <KeepPeople suggestion={suggestion} state={save.isSuccess ? 'saved' : save.isPending ? 'saving' : 'idle'} failure={save.isError ? explain(save.error) : null} onSave={(name) => save.mutate({ name, question })} />;
}

export function People({ form, title, onClose }: { form: PathsForm; title: string; onClose: () => void }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const question = useMemo(() => (form.people ? { kind: 'paths' as const, ...pathsQuestion(form, format.timezone, new Date()), people: form.people } : null), [form, format.timezone]);
  const answer = usePeople(useMemo(() => (question ? { question, limit: pageOfPeople } : null), [question]));
  const total = answer.data?.pages[0]?.total;
  const people = (answer.data?.pages.flatMap((page) => page.customers) ?? []).map((customer) => {
    const last = customer.journey.at(-1);
    return { id: customer.customer_id, name: customer.name || t('nameless'), detail: last ? format.relative(last.timestamp) : undefined };
  });
  const above = question ? (
    <Stack gap="sm" mb="md" align="stretch">
      {answer.isError ? <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} /> : null}
      {people.length > 0 ? <Keep key={JSON.stringify(form.people)} question={question} suggestion={title} /> : null}
    </Stack>
  ) : null;
  return (
    <PeopleDrawer
      opened={form.people !== null} onClose={onClose} title={total ? t('of', { shown: title, total: format.number(total) }) : title} people={people} loading={answer.isPending} above={above}
      emptyText={answer.isError ? '' : t('listEmpty')} onMore={answer.hasNextPage ? () => void answer.fetchNextPage() : undefined}
    />
  );
}
