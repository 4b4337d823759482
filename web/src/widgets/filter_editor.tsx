// Rows of "field, operator, value", all of which must hold; a frame holds rows of which one suffices. Values
// come from what the data holds; free text is accepted too.
import { ActionIcon, Button, Group, NumberInput, Select, Stack, TagsInput, TextInput, MultiSelect } from '@mantine/core';
import { IconArrowsSplit2, IconFilterPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FieldFilter, Filter, FilterOp } from '@/model/contract';
import { asEventList, fieldChoices, isFieldFilter, needsValue, operatorsFor, ruleFields, shapeValue, takesList, valueChoices } from '@/model/filters';
import { filterTexts as texts } from './filter_words';
import { useKnownVocabulary, useWords } from './use_words';
import classes from './filter_editor.module.css';

interface FilterEditorProps {
  value: Filter[];
  onChange: (filters: Filter[]) => void;
  /** A rule of recognition asks other fields than a question does, and may hold alternatives. */
  rule?: boolean;
  addLabel?: string;
  /** Inside a frame of alternatives: there are no frames in frames. */
  alternatives?: boolean;
}

const nothingYet: FieldFilter = { field: '', op: 'eq', value: '' };

/** Conditions of which one is enough. */
function Alternatives({ filters, onChange }: { filters: Filter[]; onChange: (filters: Filter[]) => void }) {
  const { t } = useTranslation(texts);
  return (
    <fieldset className={classes.any}>
      <legend className={classes.legend}>{t('anyOf')}</legend>
      <FilterEditor rule alternatives value={filters} addLabel={t('addOr')} onChange={onChange} />
    </fieldset>
  );
}

function ValueInput({ filter, type, onChange }: { filter: FieldFilter; type: string | undefined; onChange: (filter: FieldFilter) => void }) {
  const { t } = useTranslation(texts);
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const choices = valueChoices(filter.field, vocabulary);
  const common = { size: 'sm', 'aria-label': t('value'), className: classes.value } as const;
  if (takesList(filter.op)) {
    const list = (Array.isArray(filter.value) ? filter.value : []).map(String);
    if (choices.length > 0) {
      const data = [...new Set([...choices, ...list])].map((value) => ({ value, label: words.value(filter.field, value) }));
      return <MultiSelect {...common} data={data} value={list} searchable hidePickedOptions placeholder={list.length === 0 ? t('choose') : undefined} onChange={(value) => onChange({ ...filter, value })} />;
    }
    return <TagsInput {...common} value={list} onChange={(value) => onChange({ ...filter, value })} />;
  }
  if (type === 'number' || type === 'integer' || type === 'money') {
    return <NumberInput {...common} value={typeof filter.value === 'number' ? filter.value : ''} onChange={(value) => onChange({ ...filter, value: value === '' ? '' : Number(value) })} />;
  }
  const text = filter.value === undefined ? '' : String(filter.value);
  if (choices.length > 0 && (filter.op === 'eq' || filter.op === 'neq')) {
    const data = [...new Set([...choices, ...(text === '' ? [] : [text])])].map((value) => ({ value, label: words.value(filter.field, value) }));
    return <Select {...common} data={data} value={text === '' ? null : text} searchable placeholder={t('choose')} onChange={(value) => onChange({ ...filter, value: value ?? '' })} />;
  }
  return <TextInput {...common} value={text} onChange={(event) => onChange({ ...filter, value: event.currentTarget.value })} />;
}

export function FilterEditor({ value, onChange, rule, addLabel, alternatives }: FilterEditorProps) {
  const { t } = useTranslation(texts);
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const fields = rule ? ruleFields : fieldChoices(vocabulary);
  const types = new Map(fields.map(({ field, type }) => [field, type]));
  const change = (index: number, next: Filter) => onChange(value.map((item, i) => (i === index ? next : item)));
  const setField = (index: number, field: string | null) => {
    if (!field) return;
    const op = operatorsFor(field, types.get(field))[0]!;
    change(index, { field, op, ...(needsValue(op) ? { value: takesList(op) ? [] : '' } : {}) });
  };
  const setOp = (index: number, filter: FieldFilter, op: FilterOp) => {
    const shaped = shapeValue(op, filter.value, types.get(filter.field));
    change(index, { field: filter.field, op, ...(shaped === undefined ? {} : { value: shaped }) });
  };
  return (
    <Stack gap="xs">
      {value.map((stored, index) => {
        const filter = asEventList(stored, vocabulary);
        if (!isFieldFilter(filter)) {
          return <Alternatives key={index} filters={filter.any} onChange={(any) => onChange(any.length > 0 ? value.map((item, i) => (i === index ? { any } : item)) : value.filter((_, i) => i !== index))} />;
        }
        const type = types.get(filter.field);
        const data = fields.some(({ field }) => field === filter.field) || filter.field === '' ? fields : [...fields, { field: filter.field, type: 'string' }];
        const ops = operatorsFor(filter.field, type);
        return (
          <div className={classes.row} key={index}>
            <Select
              size="sm"
              aria-label={t('field')}
              placeholder={t('choose')}
              searchable
              data={data.map(({ field }) => ({ value: field, label: words.field(field) }))}
              value={filter.field === '' ? null : filter.field}
              onChange={(field) => setField(index, field)}
            />
            <Select
              size="sm"
              aria-label={t('op')}
              allowDeselect={false}
              data={(ops.includes(filter.op) ? ops : [...ops, filter.op]).map((op) => ({ value: op, label: t(`ops.${op}`) }))}
              value={filter.op}
              onChange={(op) => op && setOp(index, filter, op as FilterOp)}
            />
            {needsValue(filter.op) ? <ValueInput filter={filter} type={type} onChange={(next) => change(index, next)} /> : <span className={classes.value} />}
            <ActionIcon variant="subtle" color="gray" aria-label={t('remove')} onClick={() => onChange(value.filter((_, i) => i !== index))}>
              <IconX size={16} />
            </ActionIcon>
          </div>
        );
      })}
      <Group gap={4}>
        <Button variant="subtle" size="compact-sm" leftSection={<IconFilterPlus size={16} aria-hidden />} onClick={() => onChange([...value, nothingYet])}>
          {addLabel ?? t('add')}
        </Button>
        {rule && !alternatives ? (
          <Button variant="subtle" size="compact-sm" leftSection={<IconArrowsSplit2 size={16} aria-hidden />} onClick={() => onChange([...value, { any: [nothingYet, nothingYet] }])}>
            {t('addAny')}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
