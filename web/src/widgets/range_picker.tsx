// Chooses the period of a question: a preset with one click, or two days.
import { Button, Divider, Group, NavLink, Popover, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendar, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/base/preferences';
import { daysOf, rangePresets, type RangeChoice } from '@/model/range';

interface RangePickerProps {
  value: RangeChoice;
  onChange: (value: RangeChoice) => void;
}

export function RangePicker({ value, onChange }: RangePickerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [opened, popover] = useDisclosure(false);
  const days = daysOf(value, format.timezone, new Date());
  const text = 'preset' in value ? t(`range.${value.preset}`) : `${format.shortDate(value.from)} – ${format.date(value.to)}`;
  const setDay = (edge: 'from' | 'to', day: string) => {
    if (day === '' || !days) return;
    const next = { ...days, [edge]: day };
    onChange(next.from <= next.to ? next : { from: day, to: day });
  };
  return (
    <Popover opened={opened} onChange={(open) => !open && popover.close()} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconCalendar size={17} aria-hidden />} onClick={popover.toggle} aria-label={`${t('range.label')}: ${text}`}>
          {text}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" w={280}>
        {rangePresets.map((preset) => {
          const active = 'preset' in value && value.preset === preset;
          return (
            <NavLink
              key={preset}
              component="button"
              type="button"
              label={t(`range.${preset}`)}
              active={active}
              rightSection={active ? <IconCheck size={16} aria-hidden /> : null}
              style={{ borderRadius: 'var(--mantine-radius-sm)' }}
              onClick={() => {
                onChange({ preset });
                popover.close();
              }}
            />
          );
        })}
        <Divider my="xs" />
        <Group grow gap="xs" px={4} pb={4} align="flex-end">
          <TextInput type="date" size="xs" label={t('range.from')} value={days?.from ?? ''} onChange={(event) => setDay('from', event.currentTarget.value)} />
          <TextInput type="date" size="xs" label={t('range.to')} value={days?.to ?? ''} onChange={(event) => setDay('to', event.currentTarget.value)} />
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
