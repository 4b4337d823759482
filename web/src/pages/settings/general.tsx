// Language, theme, and the settings of the workspace.
import { Button, SegmentedControl, Select, Skeleton, TextInput, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explain } from '@/api/problem';
import { useSaveSettings, useSettings } from '@/api/session';
import { languages, setLanguage, type Language } from '@/base/i18n';
import { useFormat, useLanguage } from '@/base/preferences';
import type { Settings } from '@/model/contract';
import { seconds } from '@/model/duration';
import { Card } from '@/widgets/card';
import { Failed } from '@/widgets/states';
import classes from './settings.module.css';
import { texts } from './texts';
import { useTell } from './use_save';

const currencies = ['EUR', 'CHF', 'GBP', 'USD', 'PLN', 'SEK', 'DKK', 'CZK', 'RON', 'HUF'];
const countries = ['IT', 'SM', 'CH', 'FR', 'DE', 'AT', 'ES', 'PT', 'NL', 'BE', 'GB', 'IE', 'SI', 'HR', 'PL', 'US'];
const gaps = ['10m', '20m', '30m', '45m', '1h', '2h'];

function timezones(current: string): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return all.includes(current) ? all : [current, ...all];
}

const withCurrent = (list: string[], current: string): string[] => (list.includes(current) ? list : [current, ...list]);

function Workspace({ settings, etag }: { settings: Settings; etag: string | null }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const save = useSaveSettings();
  const tell = useTell();
  const [draft, setDraft] = useState(settings);
  const set = (part: Partial<Settings>) => setDraft({ ...draft, ...part });
  const regions = new Intl.DisplayNames([format.locale], { type: 'region' });
  const changed = JSON.stringify(draft) !== JSON.stringify(settings);
  return (
    <Card title={t('workspace')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ settings: draft, etag }, { onSuccess: () => tell.done(t('saved')), onError: tell.failed });
        }}
      >
        <div className={classes.form}>
          <TextInput label={t('name')} value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
          <Select label={t('timezone')} description={t('timezoneHelp')} searchable allowDeselect={false} value={draft.timezone} data={timezones(draft.timezone)} onChange={(timezone) => timezone && set({ timezone })} limit={60} />
          <Select label={t('currency')} searchable allowDeselect={false} value={draft.currency} data={withCurrent(currencies, draft.currency)} onChange={(currency) => currency && set({ currency })} />
          <Select label={t('country')} description={t('countryHelp')} searchable allowDeselect={false} value={draft.country} data={withCurrent(countries, draft.country).map((value) => ({ value, label: regions.of(value) ?? value }))} onChange={(country) => country && set({ country })} />
          <Select label={t('gap')} description={t('gapHelp')} allowDeselect={false} value={draft.session_gap} data={withCurrent(gaps, draft.session_gap).map((value) => ({ value, label: format.duration(seconds(value)) }))} onChange={(gap) => gap && set({ session_gap: gap })} />
        </div>
        <Button mt="lg" type="submit" loading={save.isPending} disabled={!changed}>{common('action.save')}</Button>
      </form>
    </Card>
  );
}

export function General() {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const language = useLanguage();
  const settings = useSettings();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className={classes.page}>
      <Card title={t('appearance')}>
        <div className={classes.form}>
          <Select label={t('language')} description={t('languageHelp')} allowDeselect={false} value={language} data={languages.map((value) => ({ value, label: t(`languages.${value}`) }))} onChange={(value) => value && setLanguage(value as Language)} />
          <div>
            <div style={{ fontSize: '0.875rem', fontWeight: 500, marginBottom: 4 }} id="theme-label">{t('theme')}</div>
            <SegmentedControl aria-labelledby="theme-label" value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)} data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: common(`theme.${value}`) }))} />
          </div>
        </div>
      </Card>
      {settings.isError ? <Failed failure={explain(settings.error)} onRetry={() => void settings.refetch()} /> : settings.data ? (
        <Workspace key={settings.data.etag ?? ''} settings={settings.data.data} etag={settings.data.etag} />
      ) : <Skeleton height={300} radius="lg" />}
    </div>
  );
}
