// The left side of the funnel page: steps, rules, filters.
import { ActionIcon, Button, Select, Stack } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconFilter, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import type { Selector } from '@/model/contract';
import { fieldChoices, selectorNames, withNames } from '@/model/filters';
import { countings, maxSteps, moved, orders, windows, type FunnelForm } from '@/model/funnel';
import { seconds } from '@/model/duration';
import { Card } from '@/widgets/card';
import { EventPicker } from '@/widgets/event_picker';
import { FilterEditor } from '@/widgets/filter_editor';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './builder.module.css';
import { texts } from './texts';

interface BuilderProps {
  form: FunnelForm;
  onChange: (form: FunnelForm) => void;
}

interface StepProps {
  step: Selector;
  index: number;
  count: number;
  onChange: (step: Selector) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function Step({ step, index, count, onChange, onMove, onRemove }: StepProps) {
  const { t } = useTranslation(texts);
  const [filtering, setFiltering] = useState((step.where ?? []).length > 0);
  const n = index + 1;
  return (
    <li className={classes.step}>
      <span className={classes.badge} aria-hidden>{n}</span>
      <div>
        <EventPicker aria-label={t('step', { n })} placeholder={t('pick')} value={selectorNames(step)} onChange={(names) => onChange(names.length === 0 ? { where: step.where } : withNames(step, names))} />
        <div className={classes.tools}>
          <Button variant="subtle" color="gray" size="compact-xs" leftSection={<IconFilter size={14} aria-hidden />} onClick={() => setFiltering(!filtering)} aria-expanded={filtering}>
            {t('filterStep')}
          </Button>
          <span className={classes.grow} />
          <ActionIcon variant="subtle" color="gray" disabled={index === 0} aria-label={t('up', { n })} onClick={() => onMove(-1)}><IconArrowUp size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={index === count - 1} aria-label={t('down', { n })} onClick={() => onMove(1)}><IconArrowDown size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={count <= 2} aria-label={t('removeStep', { n })} onClick={onRemove}><IconTrash size={16} /></ActionIcon>
        </div>
        {filtering ? (
          <div className={classes.filters}>
            <FilterEditor value={step.where ?? []} onChange={(where) => onChange({ ...step, where: where.length > 0 ? where : undefined })} />
          </div>
        ) : null}
      </div>
    </li>
  );
}

export function Builder({ form, onChange }: BuilderProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const set = (part: Partial<FunnelForm>) => onChange({ ...form, people: null, ...part });
  const fields = fieldChoices(vocabulary).map(({ field }) => ({ value: field, label: words.field(field) }));
  const allWindows = windows.includes(form.window as (typeof windows)[number]) ? [...windows] : [...windows, form.window];
  return (
    <>
      <div className={classes.steps}>
      <Card title={t('steps')}>
        <ol style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {form.steps.map((step, index) => (
            <Step
              key={index}
              step={step}
              index={index}
              count={form.steps.length}
              onChange={(next) => set({ steps: form.steps.map((item, i) => (i === index ? next : item)) })}
              onMove={(by) => set({ steps: moved(form.steps, index, by) })}
              onRemove={() => set({ steps: form.steps.filter((_, i) => i !== index) })}
            />
          ))}
        </ol>
        <Button mt="xs" variant="light" size="sm" leftSection={<IconPlus size={16} aria-hidden />} disabled={form.steps.length >= maxSteps} onClick={() => set({ steps: [...form.steps, {}] })}>
          {t('addStep')}
        </Button>
      </Card>
      </div>
      <div className={classes.rules}>
      <Card title={t('options')}>
        <Stack gap="sm">
          <Select label={t('window')} allowDeselect={false} value={form.window} data={allWindows.map((value) => ({ value, label: format.duration(seconds(value)) }))} onChange={(window) => window && set({ window })} />
          <Select label={t('order')} allowDeselect={false} value={form.order} data={orders.map((value) => ({ value, label: t(`orders.${value}`) }))} onChange={(order) => order && set({ order: order as FunnelForm['order'] })} />
          <Select label={t('countBy')} allowDeselect={false} value={form.countBy} data={countings.map((value) => ({ value, label: t(`countings.${value}`) }))} onChange={(countBy) => countBy && set({ countBy: countBy as FunnelForm['countBy'] })} />
          <Select label={t('breakdown')} clearable searchable placeholder={t('noBreakdown')} value={form.breakdown} data={fields} onChange={(breakdown) => set({ breakdown })} />
        </Stack>
      </Card>
      <Card title={t('who')}>
        <FilterEditor value={form.where} onChange={(where) => set({ where })} />
      </Card>
      </div>
    </>
  );
}
