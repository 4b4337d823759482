// Notes on days: what happened outside the data, beside what the data did.
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddAnnotation, useRemoveAnnotation } from '@/api/annotations';
import { explain } from '@/api/problem';
import { useFormat } from '@/base/preferences';
import type { Annotation } from '@/model/contract';
import { dayIn } from '@/model/range';
import { Card } from '@/widgets/card';
import { Failed, type Failure } from '@/widgets/states';
import { texts } from './texts';
import classes from './trends.module.css';

export function Notes({ notes, failure }: { notes: Annotation[]; failure: Failure | null }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const add = useAddAnnotation();
  const remove = useRemoveAnnotation();
  const [day, setDay] = useState(() => dayIn(format.timezone, new Date()));
  const [text, setText] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '' && day !== '') add.mutate({ day, text: text.trim() }, { onSuccess: () => setText('') });
  };
  const failed = failure ?? (add.isError ? explain(add.error) : remove.isError ? explain(remove.error) : null);
  return (
    <Card title={t('notes')}>
      {failed ? <Failed failure={failed} /> : null}
      <ul className={classes.notes} aria-label={t('notes')}>
        {notes.map((note) => (
          <li key={note.id}>
            <time dateTime={note.day}>{format.date(note.day)}</time>
            <span>{note.text}</span>
            <ActionIcon variant="subtle" color="gray" aria-label={t('removeNote', { text: note.text })} onClick={() => remove.mutate(note.id)}><IconTrash size={17} /></ActionIcon>
          </li>
        ))}
      </ul>
      <form className={classes.newNote} onSubmit={send}>
        <TextInput type="date" label={t('noteDay')} value={day} onChange={(event) => setDay(event.currentTarget.value)} />
        <TextInput label={t('noteText')} placeholder={t('noteExample')} maxLength={160} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" variant="light" loading={add.isPending} disabled={text.trim() === '' || day === ''}>{t('addNote')}</Button>
      </form>
    </Card>
  );
}
