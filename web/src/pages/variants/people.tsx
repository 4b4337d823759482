// Who goes a way, or leaves the designed one.
import { useMemo } from 'react';
import { useFormat } from '@/base/preferences';
import { variantsQuestion, type VariantsForm } from '@/model/variants';
import { PeopleBehind } from '../people_behind';

export function People({ form, title, onClose }: { form: VariantsForm; title: string; onClose: () => void }) {
  const format = useFormat();
  const question = useMemo(() => (form.people ? { kind: 'variants' as const, ...variantsQuestion(form, format.timezone, new Date()), people: form.people } : null), [form, format.timezone]);
  return <PeopleBehind question={question} title={title} onClose={onClose} />;
}
