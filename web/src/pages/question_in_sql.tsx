// The question of a report as SQL over the open copy: opens the SQL page with the text, or says that there is none and why.
import { Button, Popover, Text } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { explain } from '@/api/problem';
import { useQuestionInSql } from '@/api/sql';
import { defineTexts } from '@/base/i18n';
import type { QuestionToWrite } from '@/model/contract';
import { Failed } from '@/widgets/states';

const texts = defineTexts(
  'question_in_sql',
  { open: 'SQL equivalente', none: 'Questa domanda non si può scrivere in SQL con esattamente gli stessi numeri.' },
  { open: 'Equivalent SQL', none: 'This question cannot be written in SQL with exactly the same numbers.' },
);

/** `question` is made when it is asked for, with the day of then. */
export function EquivalentSql({ question }: { question: () => QuestionToWrite }) {
  const { t } = useTranslation(texts);
  const navigate = useNavigate();
  const written = useQuestionInSql();
  const told = written.data?.reason !== undefined || written.isError;
  const ask = () => {
    if (told) return written.reset();
    written.mutate(question(), { onSuccess: ({ sql }) => { if (sql !== undefined) void navigate('/sql', { state: { draft: sql } }); } });
  };
  return (
    <Popover opened={told} onChange={(opened) => { if (!opened) written.reset(); }} position="bottom-end" shadow="md" withinPortal>
      <Popover.Target>
        <Button variant="default" size="sm" leftSection={<IconTerminal2 size={16} aria-hidden />} loading={written.isPending} onClick={ask}>{t('open')}</Button>
      </Popover.Target>
      <Popover.Dropdown w={300} role="status">
        {written.isError ? <Failed failure={explain(written.error)} /> : <><Text size="sm">{t('none')}</Text><Text size="xs" c="dimmed" mt={6} lang="en" data-verbatim>{written.data?.reason}</Text></>}
      </Popover.Dropdown>
    </Popover>
  );
}
