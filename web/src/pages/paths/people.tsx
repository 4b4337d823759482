// Who stands behind a box or a ribbon.
import { useMemo } from 'react';
import { useFormat } from '@/base/preferences';
import { pathsQuestion, type PathsForm } from '@/model/paths';
import { PeopleBehind } from '../people_behind';

export function People({ form, title, onClose }: { form: PathsForm; title: string; onClose: () => void }) {
  const format = useFormat();
  const question = useMemo(() => (form.people ? { kind: 'paths' as const, ...pathsQuestion(form, format.timezone, new Date()), people: form.people } : null), [form, format.timezone]);
  return <PeopleBehind question={question} title={title} onClose={onClose} />;
}
