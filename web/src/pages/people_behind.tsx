// The people behind a mark of a report, in a panel at the side, to be kept as an audience.
import { Stack } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveAudience } from '@/api/audiences';
import { explain } from '@/api/problem';
import { usePeople } from '@/api/questions';
import { defineTexts } from '@/base/i18n';
import { useFormat } from '@/base/preferences';
import type { PeopleQuestion } from '@/model/contract';
import { KeepPeople } from '@/widgets/keep_people';
import { PeopleDrawer } from '@/widgets/people_drawer';
import { Failed } from '@/widgets/states';

const pageOfPeople = 50;

const texts = defineTexts(
  'people_behind',
  { empty: 'Nessuno, in questo periodo.', nameless: 'Visitatore senza nome', of: '{{shown}} · {{total}}' },
  { empty: 'Nobody, in this period.', nameless: 'Visitor without a name', of: '{{shown}} · {{total}}' },
);

function Keep({ question, suggestion }: { question: PeopleQuestion['question']; suggestion: string }) {
  const save = useSaveAudience();
  return <KeepPeople suggestion={suggestion} state={save.isSuccess ? 'saved' : save.isPending ? 'saving' : 'idle'} failure={save.isError ? explain(save.error) : null} onSave={(name) => save.mutate({ name, question })} />;
}

interface PeopleBehindProps {
  /** With `people`, which says who; null: closed. Kept by the caller as long as it is the same. */
  question: PeopleQuestion['question'] | null;
  title: string;
  onClose: () => void;
  /** Between the heading and the list. */
  choice?: ReactNode;
}

export function PeopleBehind({ question, title, onClose, choice }: PeopleBehindProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const answer = usePeople(useMemo(() => (question ? { question, limit: pageOfPeople } : null), [question]));
  const total = answer.data?.pages[0]?.total;
  const people = (answer.data?.pages.flatMap((page) => page.customers) ?? []).map((customer) => {
    const last = customer.journey.at(-1);
    return { id: customer.customer_id, name: customer.name || t('nameless'), detail: last ? format.relative(last.timestamp) : undefined };
  });
  const above = question ? (
    <Stack gap="sm" mb="md" align="stretch">
      {choice}
      {answer.isError ? <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} /> : null}
      {people.length > 0 ? <Keep key={JSON.stringify(question)} question={question} suggestion={title} /> : null}
    </Stack>
  ) : null;
  return (
    <PeopleDrawer
      opened={question !== null} onClose={onClose} title={total ? t('of', { shown: title, total: format.number(total) }) : title} people={people} loading={answer.isPending} above={above}
      emptyText={answer.isError ? '' : t('empty')} onMore={answer.hasNextPage ? () => void answer.fetchNextPage() : undefined}
    />
  );
}
