// One step of the builder: its events, and folded away what narrows it down.
import { ActionIcon, Button, Select, Switch } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import { seconds } from '@/model/duration';
import { selectorNames, withNames } from '@/model/filters';
import { windows, type FunnelStepForm } from '@/model/funnel';
import { EventPicker } from '@/widgets/event_picker';
import { FilterEditor } from '@/widgets/filter_editor';
import classes from './builder.module.css';
import { texts } from './texts';

interface StepProps {
  step: FunnelStepForm;
  index: number;
  count: number;
  /** What the order of steps leaves room for. */
  room: { optional: boolean; stepWindow: boolean };
  onChange: (step: FunnelStepForm) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function without<K extends keyof FunnelStepForm>(step: FunnelStepForm, key: K): FunnelStepForm {
  const { [key]: _dropped, ...rest } = step;
  return rest;
}

export function Step({ step, index, count, room, onChange, onMove, onRemove }: StepProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const n = index + 1;
  const filters = step.where ?? [];
  const [open, setOpen] = useState(filters.length > 0);
  const stepWindows = step.window && !windows.includes(step.window as (typeof windows)[number]) ? [...windows, step.window] : [...windows];
  const notes = [
    ...(step.optional && room.optional && index > 0 ? [t('isOptional')] : []),
    ...(step.window && room.stepWindow && index > 0 ? [t('isWithin', { time: format.duration(seconds(step.window)) })] : []),
    ...(filters.length > 0 && !open ? [t('isFiltered', { count: filters.length })] : []),
  ];
  const choose = (names: string[]) => {
    const { event: _event, any_of: _names, all: _all, ...rest } = step;
    onChange(names.length === 0 ? rest : { ...rest, ...withNames({ where: step.where }, names) });
  };
  return (
    <li className={classes.step}>
      <span className={classes.badge} aria-hidden>{n}</span>
      <div>
        <EventPicker aria-label={t('step', { n })} placeholder={t('pick')} value={selectorNames(step)} onChange={choose} />
        <div className={classes.tools}>
          <Button variant="subtle" color="gray" size="compact-xs" leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />} onClick={() => setOpen(!open)} aria-expanded={open} aria-label={t('detailsOf', { n })}>
            {t('details')}
          </Button>
          <span className={classes.notes}>{notes.join(' · ')}</span>
          <ActionIcon variant="subtle" color="gray" disabled={index === 0} aria-label={t('up', { n })} onClick={() => onMove(-1)}><IconArrowUp size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={index === count - 1} aria-label={t('down', { n })} onClick={() => onMove(1)}><IconArrowDown size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={count <= 2} aria-label={t('removeStep', { n })} onClick={onRemove}><IconTrash size={16} /></ActionIcon>
        </div>
        {open ? (
          <div className={classes.filters}>
            <FilterEditor value={filters} onChange={(where) => onChange({ ...step, where: where.length > 0 ? where : undefined })} />
            {index > 0 ? (
              <>
                <Select
                  size="sm" mt="sm" label={t('stepWindow')} clearable placeholder={t('noStepWindow')} disabled={!room.stepWindow} value={step.window ?? null}
                  data={stepWindows.map((value) => ({ value, label: format.duration(seconds(value)) }))}
                  onChange={(window) => onChange(window ? { ...step, window } : without(step, 'window'))}
                />
                <Switch
                  size="sm" mt="sm" label={t('optional')} description={t('optionalHelp')} disabled={!room.optional} checked={step.optional === true}
                  onChange={(event) => onChange(event.currentTarget.checked ? { ...step, optional: true } : without(step, 'optional'))}
                />
              </>
            ) : null}
          </div>
        ) : null}
      </div>
    </li>
  );
}
