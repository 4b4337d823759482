// "Salva come pubblico": a name, and the people behind the mark are kept as a question.
import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ns } from './texts';
import classes from './detail.module.css';

export interface AudienceSaving {
  /** What a first name would be. */
  suggestion: string;
  state: 'idle' | 'saving' | 'saved';
  /** Why the last try failed. */
  failure: string | null;
  onSave: (name: string) => void;
}

const longest = 100;

export function AudienceForm({ saving, onCancel }: { saving: AudienceSaving; onCancel: () => void }) {
  const { t } = useTranslation(ns);
  const [name, setName] = useState(saving.suggestion);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') saving.onSave(name.trim());
  };
  return (
    <form onSubmit={submit} className={classes.saving}>
      <TextInput label={t('panel.audienceName')} value={name} maxLength={longest} onChange={(event) => setName(event.currentTarget.value)} error={saving.failure} data-autofocus autoFocus onFocus={(event) => event.currentTarget.select()} />
      <div className={classes.actions}>
        <Button px="md" type="submit" loading={saving.state === 'saving'} disabled={name.trim() === ''}>{t('panel.save')}</Button>
        <Button px="md" variant="default" onClick={onCancel}>{t('panel.cancel')}</Button>
      </div>
    </form>
  );
}
