// Who stands behind a cell: those who came back, or those who did not.
import { SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import { cellQuestion, peopleStates, type RetentionForm } from '@/model/retention';
import { PeopleBehind } from '../people_behind';
import { texts } from './texts';

interface PeopleProps {
  form: RetentionForm;
  name: (start: string) => string;
  onState: (state: (typeof peopleStates)[number]) => void;
  onClose: () => void;
}

export function People({ form, name, onState, onClose }: PeopleProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const question = useMemo(() => {
    const asked = cellQuestion(form, format.timezone, new Date());
    return asked ? { kind: 'retention' as const, ...asked } : null;
  }, [form, format.timezone]);
  const cell = form.people;
  const cohort = cell ? name(cell.cohort) : '';
  const title = cell === null ? '' : cell.period === 0 ? t('listAll', { cohort })
    : t(cell.state === 'returned' ? 'listReturned' : 'listNot', { cohort, after: t(`afterN.${form.unit}`, { count: cell.period }) });
  return (
    <PeopleBehind
      question={question} title={title} onClose={onClose}
      choice={cell && cell.period > 0 ? <SegmentedControl aria-label={t('who')} value={cell.state} onChange={(state) => onState(state as typeof cell.state)} data={[{ value: 'returned', label: t('returned') }, { value: 'not_returned', label: t('notReturned') }]} /> : null}
    />
  );
}
