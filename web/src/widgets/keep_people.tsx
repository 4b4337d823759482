// "Salva come pubblico" under a list of people: the question behind the list is kept, not the list.
import { Button, Text } from '@mantine/core';
import { IconUsersPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AudienceForm } from './map/save_audience';
import { ns } from './map/texts';
import type { Failure } from './states';

interface KeepPeopleProps {
  /** What a first name would be. */
  suggestion: string;
  state: 'idle' | 'saving' | 'saved';
  failure: Failure | null;
  onSave: (name: string) => void;
}

export function KeepPeople({ suggestion, state, failure, onSave }: KeepPeopleProps) {
  const { t } = useTranslation(ns);
  const [naming, setNaming] = useState(false);
  if (state === 'saved') return <Text size="sm" role="status">{t('panel.audienceSaved')}</Text>;
  if (!naming) return <Button size="sm" variant="default" leftSection={<IconUsersPlus size={16} aria-hidden />} onClick={() => setNaming(true)}>{t('panel.audience')}</Button>;
  return <AudienceForm saving={{ suggestion, state, failure: failure ? (failure.detail ?? t(`common:error.${failure.key}`)) : null, onSave }} onCancel={() => setNaming(false)} />;
}
