// Who stands behind a cell: those who came back or those who did not, to be kept as an audience.
import { SegmentedControl, Stack } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveAudience } from '@/api/audiences';
import { explain } from '@/api/problem';
import { usePeople } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import type { PeopleQuestion } from '@/model/contract';
import { cellQuestion, peopleStates, type RetentionForm } from '@/model/retention';
import { KeepPeople } from '@/widgets/keep_people';
import { PeopleDrawer } from '@/widgets/people_drawer';
import { Failed } from '@/widgets/states';
import { texts } from './texts';

const pageOfPeople = 50;

function Keep({ question, suggestion }: { question: PeopleQuestion['question']; suggestion: string }) {
  const save = useSaveAudience();
  return <KeepPeople suggestion={suggestion} state={save.isSuccess ? 'saved' : save.isPending ? 'saving' : 'idle'} failure={save.isError ? explain(save.error) : null} onSave={(name) => save.mutate({ name, question })} />;
}

interface PeopleProps {
  form: RetentionForm;
  name: (start: string) => string;
  onState: (state: (typeof peopleStates)[number]) => void;
  onClose: () => void;
}

export function People({ form, name, onState, onClose }: PeopleProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const question = useMemo(() => cellQuestion(form, format.timezone, new Date()), [form, format.timezone]);
  const answer = usePeople(useMemo(() => (question ? { question: { kind: 'retention' as const, ...question }, limit: pageOfPeople } : null), [question]));
  const cell = form.people;
  const total = answer.data?.pages[0]?.total;
  const people = (answer.data?.pages.flatMap((page) => page.customers) ?? []).map((customer) => {
    const last = customer.journey.at(-1);
    return { id: customer.customer_id, name: customer.name || t('nameless'), detail: last ? format.relative(last.timestamp) : undefined };
  });
  const cohort = cell ? name(cell.cohort) : '';
  const title = cell === null ? '' : cell.period === 0 ? t('listAll', { cohort })
    : t(cell.state === 'returned' ? 'listReturned' : 'listNot', { cohort, after: t(`afterN.${form.unit}`, { count: cell.period }) });
  const above = cell && question ? (
    <Stack gap="sm" mb="md" align="stretch">
      {cell.period > 0 ? <SegmentedControl aria-label={t('who')} value={cell.state} onChange={(state) => onState(state as typeof cell.state)} data={[{ value: 'returned', label: t('returned') }, { value: 'not_returned', label: t('notReturned') }]} /> : null}
      {answer.isError ? <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} /> : null}
      {people.length > 0 ? <Keep key={JSON.stringify(cell)} question={{ kind: 'retention', ...question }} suggestion={title} /> : null}
    </Stack>
  ) : null;
  return (
    <PeopleDrawer
      opened={cell !== null} onClose={onClose} title={total ? t('of', { shown: title, total: format.number(total) }) : title} people={people} loading={answer.isPending} above={above}
      emptyText={answer.isError ? '' : t('listEmpty')} onMore={answer.hasNextPage ? () => void answer.fetchNextPage() : undefined}
    />
  );
}
