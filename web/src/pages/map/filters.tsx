// Which period, which stages, which rows, and whether as a drawing or as tables.
import { SegmentedControl, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLabel } from '@/base/preferences';
import type { StageModelName } from '@/model/contract';
import type { MapView } from '@/model/map/question';
import { ns } from '@/widgets/map/texts';
import { RangePicker } from '@/widgets/range_picker';

interface FiltersProps {
  view: MapView;
  model: string;
  models: StageModelName[];
  onChange: (change: Partial<MapView>) => void;
}

export function Filters({ view, model, models, onChange }: FiltersProps) {
  const { t } = useTranslation(ns);
  const label = useLabel();
  return (
    <>
      <RangePicker value={view.range} onChange={(range) => onChange({ range })} />
      {models.length > 1 ? (
        <Select
          aria-label={t('filters.model')} data={models.map((item) => ({ value: item.id, label: label(item.label, item.id) }))} value={model} allowDeselect={false} w={178} size="xs"
          onChange={(value) => value && onChange({ model: value, select: '' })}
        />
      ) : null}
      <Select
        aria-label={t('filters.rows')} data={[{ value: 'touchpoint', label: t('filters.touchpoint') }, { value: 'channel', label: t('filters.channel') }]} value={view.rows} allowDeselect={false} w={150} size="xs"
        onChange={(value) => value && onChange({ rows: value === 'channel' ? 'channel' : 'touchpoint', select: '' })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('view.label')} data={[{ value: 'map', label: t('view.map') }, { value: 'table', label: t('view.table') }]} value={view.view}
        onChange={(value) => onChange({ view: value === 'table' ? 'table' : 'map' })}
      />
    </>
  );
}
