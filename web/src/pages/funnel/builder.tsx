// The left side of the funnel page: steps, rules, filters.
import { Button, Select, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import { fieldChoices } from '@/model/filters';
import { allows, countings, maxSteps, moved, occurrences, orders, windows, withoutStep, type FunnelForm } from '@/model/funnel';
import { seconds } from '@/model/duration';
import { Card } from '@/widgets/card';
import { FilterEditor } from '@/widgets/filter_editor';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './builder.module.css';
import { Exclusions } from './exclusions';
import { Step } from './step';
import { texts } from './texts';

interface BuilderProps {
  form: FunnelForm;
  onChange: (form: FunnelForm) => void;
}

export function Builder({ form, onChange }: BuilderProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const set = (part: Partial<FunnelForm>) => onChange({ ...form, people: null, ...part });
  const fields = fieldChoices(vocabulary).map(({ field }) => ({ value: field, label: words.field(field) }));
  const properties = fields.filter(({ value }) => value.startsWith('properties.'));
  const room = allows(form.order);
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
              room={room}
              onChange={(next) => set({ steps: form.steps.map((item, i) => (i === index ? next : item)) })}
              onMove={(by) => set({ steps: moved(form.steps, index, by).map((item, i) => (i === 0 && item.optional ? { ...item, optional: false } : item)) })}
              onRemove={() => onChange({ ...withoutStep(form, index), people: null })}
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
          <Select label={t('hold')} description={t('holdHelp')} clearable searchable placeholder={t('noHold')} value={form.hold} data={properties} onChange={(hold) => set({ hold })} />
          <Select label={t('occurrence')} allowDeselect={false} disabled={!room.occurrence} value={form.occurrence} data={occurrences.map((value) => ({ value, label: t(`occurrences.${value}`) }))} onChange={(occurrence) => occurrence && set({ occurrence: occurrence as FunnelForm['occurrence'] })} />
        </Stack>
      </Card>
      <Card title={t('who')}>
        <FilterEditor value={form.where} onChange={(where) => set({ where })} />
      </Card>
      <Card title={t('exclude')}>
        <Exclusions form={form} onChange={(exclude) => set({ exclude })} />
      </Card>
      </div>
    </>
  );
}
