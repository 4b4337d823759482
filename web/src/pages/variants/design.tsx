// The designed path: steps in order, each of which may be optional.
import { ActionIcon, Button, Checkbox, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DesignStep } from '@/model/variants';
import { Card } from '@/widgets/card';
import classes from './variants.module.css';
import { texts } from './texts';

interface DesignProps {
  design: DesignStep[];
  /** What may be a step, the busiest first. */
  labels: string[];
  name: (label: string) => string;
  onChange: (design: DesignStep[]) => void;
}

export function Design({ design, labels, name, onChange }: DesignProps) {
  const { t } = useTranslation(texts);
  const change = (at: number, step: DesignStep) => onChange(design.map((old, place) => (place === at ? step : old)));
  return (
    <Card title={t('design')} actions={design.length > 0 ? <Button variant="subtle" size="compact-sm" onClick={() => onChange([])}>{t('clear')}</Button> : null}>
      {design.length === 0 ? <p className={classes.note}>{t('designHint')}</p> : null}
      <ol className={classes.design}>
        {design.map((step, at) => (
          <li key={at} className={classes.designed}>
            <span>{name(step.node)}</span>
            <Checkbox size="xs" label={t('optional')} aria-label={t('optionalOf', { name: name(step.node) })} checked={step.optional} onChange={(event) => change(at, { ...step, optional: event.currentTarget.checked })} />
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('remove', { name: name(step.node) })} onClick={() => onChange(design.filter((_, place) => place !== at))}><IconX size={14} aria-hidden /></ActionIcon>
          </li>
        ))}
        <li>
          <Select aria-label={t('add')} placeholder={t('add')} searchable size="xs" w={220} value={null} data={labels.map((value) => ({ value, label: name(value) }))} onChange={(node) => node && onChange([...design, { node, optional: false }])} />
        </li>
      </ol>
    </Card>
  );
}
