// Chooses one or more events by their label. What the data holds comes first, with its count.
import { Group, MultiSelect, Text, type ComboboxItem } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMemo } from 'react';
import { useFormat } from '@/base/preferences';
import { useKnownVocabulary, useWords } from './use_words';

interface EventPickerProps {
  value: string[];
  onChange: (names: string[]) => void;
  label?: string;
  placeholder?: string;
  'aria-label'?: string;
  size?: 'xs' | 'sm';
}

export function EventPicker({ value, onChange, label, placeholder, size = 'sm', 'aria-label': ariaLabel }: EventPickerProps) {
  const { t } = useTranslation();
  const vocabulary = useKnownVocabulary();
  const words = useWords();
  const format = useFormat();
  const { data, counts } = useMemo(() => {
    const known = [...(vocabulary?.events ?? [])].sort((a, b) => b.count - a.count);
    const missing = value.filter((name) => !known.some((item) => item.name === name));
    return {
      data: [...known.map((item) => item.name), ...missing].map((name) => ({ value: name, label: words.event(name) })),
      counts: new Map(known.map((item) => [item.name, item.count])),
    };
  }, [vocabulary, words, value]);
  return (
    <MultiSelect
      size={size}
      label={label}
      aria-label={ariaLabel}
      placeholder={value.length === 0 ? placeholder : undefined}
      data={data}
      value={value}
      onChange={onChange}
      searchable
      hidePickedOptions
      maxDropdownHeight={320}
      nothingFoundMessage={t('none')}
      renderOption={({ option }: { option: ComboboxItem }) => (
        <Group justify="space-between" wrap="nowrap" w="100%" gap="sm">
          <span>{option.label}</span>
          <Text span size="xs" c="dimmed" className="tabular">{counts.get(option.value) ? format.number(counts.get(option.value)!) : ''}</Text>
        </Group>
      )}
      comboboxProps={{ shadow: 'md' }}
    />
  );
}
