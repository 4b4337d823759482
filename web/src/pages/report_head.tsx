// The head of every report page: its sentence, period and n, and what can be done with it: kept under a name, exported.
import { Button, Popover, TextInput } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { explain } from '@/api/problem';
import { useSaveReport } from '@/api/saved';
import { defineTexts } from '@/base/i18n';
import { toast } from '@/base/toast';
import type { QuestionToWrite } from '@/model/contract';
import type { Report } from '@/model/report';
import { keptQuestion, type ReportPage } from '@/model/saved';
import { ReportHeader } from '@/widgets/report_header';
import { Failed } from '@/widgets/states';
import { EquivalentSql } from './question_in_sql';

const texts = defineTexts(
  'reportHead',
  { save: 'Salva', name: 'Nome del report', confirm: 'Salva il report', saved: '«{{name}}» è fra i report salvati.' },
  { save: 'Save', name: 'Name of the report', confirm: 'Save the report', saved: '“{{name}}” is among the saved reports.' },
);

interface Asked {
  page: ReportPage;
  /** What the page holds in its address. */
  question: object;
}

export function SaveReport({ page, question, suggestion }: Asked & { suggestion: string }) {
  const { t } = useTranslation(texts);
  const save = useSaveReport();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const open = () => {
    save.reset();
    setName(suggestion);
    setOpened(!opened);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const kept = name.trim();
    if (kept === '') return;
    save.mutate({ name: kept, page, question: keptQuestion(question) }, {
      onSuccess: () => {
        setOpened(false);
        toast({ message: t('saved', { name: kept }) });
      },
    });
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" size="sm" leftSection={<IconBookmark size={16} aria-hidden />} onClick={open}>{t('save')}</Button>
      </Popover.Target>
      <Popover.Dropdown w={300}>
        <form onSubmit={send}>
          <TextInput data-autofocus label={t('name')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} mb="sm" />
          {save.isError ? <Failed failure={explain(save.error)} /> : null}
          <Button type="submit" fullWidth size="sm" loading={save.isPending} disabled={name.trim() === ''}>{t('confirm')}</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

type ReportHeadProps = {
  report: Report;
  /** The question that the server was asked, to be written in SQL. */
  posted: () => QuestionToWrite;
} & Asked;

export function ReportHead({ report, page, question, posted }: ReportHeadProps) {
  return <ReportHeader report={report} actions={<><EquivalentSql question={posted} /><SaveReport page={page} question={question} suggestion={report.title} /></>} />;
}
