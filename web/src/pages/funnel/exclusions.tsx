// Who must not do something between two steps.
import { ActionIcon, Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { selectorNames, withNames } from '@/model/filters';
import { maxExclusions, requiredSteps, type ExclusionForm, type FunnelForm } from '@/model/funnel';
import { EventPicker } from '@/widgets/event_picker';
import { useWords } from '@/widgets/use_words';
import classes from './builder.module.css';
import { texts } from './texts';

interface ExclusionsProps {
  form: FunnelForm;
  onChange: (exclude: ExclusionForm[]) => void;
}

export function Exclusions({ form, onChange }: ExclusionsProps) {
  const { t } = useTranslation(texts);
  const words = useWords();
  const gates = requiredSteps(form);
  const nameOf = (n: number) => `${n}. ${selectorNames(form.steps[n - 1] ?? {}).map(words.event).join(' / ') || t('step', { n })}`;
  const steps = (from: number[]) => from.map((n) => ({ value: String(n), label: nameOf(n) }));
  const change = (i: number, part: Partial<ExclusionForm>) => onChange(form.exclude.map((item, k) => (k === i ? { ...item, ...part } : item)));
  return (
    <Stack gap="md">
      {form.exclude.map((item, i) => (
        <div key={i} className={classes.exclusion}>
          <Group gap="xs" wrap="nowrap" align="flex-end">
            <div style={{ flex: 1, minWidth: 0 }}>
              <EventPicker label={t('excludeWhat')} placeholder={t('pick')} value={selectorNames(item.selector)} onChange={(names) => change(i, { selector: names.length === 0 ? {} : withNames({}, names) })} />
            </div>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('removeExclusion', { n: i + 1 })} onClick={() => onChange(form.exclude.filter((_, k) => k !== i))}><IconTrash size={16} /></ActionIcon>
          </Group>
          <Select size="sm" mt="xs" label={t('excludeAfter')} allowDeselect={false} value={String(item.after)} data={steps(gates.slice(0, -1))} onChange={(value) => value && change(i, { after: Number(value), before: Math.max(item.before, gates.find((n) => n > Number(value)) ?? item.before) })} />
          <Select size="sm" mt="xs" label={t('excludeBefore')} allowDeselect={false} value={String(item.before)} data={steps(gates.filter((n) => n > item.after))} onChange={(value) => value && change(i, { before: Number(value) })} />
          <Select
            size="sm" mt="xs" label={t('excludeMode')} allowDeselect={false} value={item.mode} data={(['attempt', 'customer'] as const).map((value) => ({ value, label: t(`excludeModes.${value}`) }))}
            onChange={(mode) => mode && change(i, { mode: mode as ExclusionForm['mode'] })}
          />
        </div>
      ))}
      {form.order === 'ordered' ? (
        <Button
          variant="subtle" size="compact-sm" leftSection={<IconPlus size={16} aria-hidden />} style={{ alignSelf: 'flex-start' }} disabled={gates.length < 2 || form.exclude.length >= maxExclusions}
          onClick={() => onChange([...form.exclude, { selector: {}, after: gates[0]!, before: gates[1]!, mode: 'attempt' }])}
        >
          {t('addExclusion')}
        </Button>
      ) : <Text size="sm" c="dimmed">{t('excludeOrdered')}</Text>}
    </Stack>
  );
}
