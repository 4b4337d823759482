// Touchpoints: what they are called, and by which rules an event is recognised as one of them. What
// the rules would change in the last 1,000 events stands beside them before anything is saved.
import { ActionIcon, Button, Menu, SegmentedControl, Select, Skeleton, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowDown, IconArrowRight, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { usePreviewTouchpoints, useSaveTouchpoints, useTouchpoints } from '@/api/configuration';
import { explain } from '@/api/problem';
import { useFormat, useLabel } from '@/base/preferences';
import { freeId, savableTouchpoints, withOwner } from '@/model/configuration';
import type { Filter, TouchpointConfig, TouchpointDefinition, TouchpointGroup } from '@/model/contract';
import { moved } from '@/model/funnel';
import { Card } from '@/widgets/card';
import { FilterEditor } from '@/widgets/filter_editor';
import { useFilterWords } from '@/widgets/filter_words';
import { Failed } from '@/widgets/states';
import { TouchIcon, touchIconNames } from '@/widgets/touch_icon';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './settings.module.css';
import { texts } from './texts';
import { useTell } from './use_save';

const groups: TouchpointGroup[] = ['online', 'fisico', 'assistenza'];

const parts = ['regole', 'canali', 'elenco'] as const;

interface AnyRule {
  where: Filter[];
  result: string;
}

interface RuleProps {
  n: number;
  rule: AnyRule;
  last: boolean;
  then: string;
  result: string;
  choices: { value: string; label: string }[];
  open: boolean;
  onOpen: () => void;
  onChange: (rule: AnyRule) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** One sentence until it is opened: dozens of rules stay readable. */
function Rule({ n, rule, last, then, result, choices, open, onOpen, onChange, onMove, onRemove }: RuleProps) {
  const { t } = useTranslation(texts);
  const sentence = useFilterWords();
  return (
    <li className={classes.touchRule}>
      <button type="button" className={classes.told} aria-expanded={open} title={t('editRule', { n })} data-rule={n} onClick={onOpen}>
        <span className={classes.number} aria-hidden>{n}</span>
        <span className={classes.sentence}>{sentence(rule.where) || t('emptyRule')}</span>
        <span className={classes.result}><IconArrowRight size={15} aria-hidden />{result}</span>
      </button>
      <div className={classes.tools}>
        <ActionIcon variant="subtle" color="gray" disabled={n === 1} aria-label={t('ruleUp', { n })} onClick={() => onMove(-1)}><IconArrowUp size={16} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" disabled={last} aria-label={t('ruleDown', { n })} onClick={() => onMove(1)}><IconArrowDown size={16} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('removeTouchpointRule', { n })} onClick={onRemove}><IconTrash size={16} /></ActionIcon>
      </div>
      {open ? (
        <div className={classes.opened}>
          <FilterEditor rule value={rule.where} addLabel={t('addCondition')} onChange={(where) => onChange({ ...rule, where })} />
          <div className={classes.then}>
            <IconArrowRight size={16} aria-hidden />
            <span>{then}</span>
            <Select aria-label={then} searchable allowDeselect={false} value={rule.result || null} data={choices} onChange={(value) => value && onChange({ ...rule, result: value })} />
          </div>
        </div>
      ) : null}
    </li>
  );
}

function Rules({ title, then, rules, choices, onChange }: { title: string; then: string; rules: AnyRule[]; choices: { value: string; label: string }[]; onChange: (rules: AnyRule[]) => void }) {
  const { t } = useTranslation(texts);
  const [open, setOpen] = useState<number | null>(null);
  const names = useMemo(() => new Map(choices.map(({ value, label }) => [value, label])), [choices]);
  const add = () => {
    // In front: the first rule that fits wins, so a new one at the end would often never be reached.
    onChange([{ where: [{ field: 'name', op: 'in', value: [] }], result: choices[0]?.value ?? '' }, ...rules]);
    setOpen(0);
  };
  return (
    <Card flush title={title} actions={<Button variant="light" size="compact-sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>{t('addTouchpointRule')}</Button>}>
      <ol className={classes.list}>
        {rules.map((rule, i) => (
          <Rule
            key={i} n={i + 1} rule={rule} last={i === rules.length - 1} then={then} result={names.get(rule.result) ?? '–'} choices={choices} open={open === i}
            onOpen={() => setOpen(open === i ? null : i)}
            onChange={(next) => onChange(rules.map((item, k) => (k === i ? next : item)))}
            onMove={(by) => {
              onChange(moved(rules, i, by));
              setOpen(null);
            }}
            onRemove={() => {
              onChange(rules.filter((_, k) => k !== i));
              setOpen(null);
            }}
          />
        ))}
      </ol>
    </Card>
  );
}

function Touchpoint({ touchpoint, channels, onChange, onRemove }: { touchpoint: TouchpointDefinition; channels: { value: string; label: string }[]; onChange: (touchpoint: TouchpointDefinition) => void; onRemove: () => void }) {
  const { t } = useTranslation(texts);
  const label = useLabel();
  const name = label(touchpoint.label, touchpoint.id);
  return (
    <li className={classes.touchpoint}>
      <Menu width={220} position="bottom-start">
        <Menu.Target><ActionIcon variant="light" size={36} radius="xl" aria-label={`${t('icon')}: ${name}`}><TouchIcon name={touchpoint.icon} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <div style={{ display: 'grid', gridTemplateColumns: 'repeat(5, 1fr)', gap: 2 }}>
            {touchIconNames.map((icon) => <Menu.Item key={icon} aria-label={icon} p={8} onClick={() => onChange({ ...touchpoint, icon })}><TouchIcon name={icon} /></Menu.Item>)}
          </div>
        </Menu.Dropdown>
      </Menu>
      <TextInput className={classes.whole} aria-label={t('stageNameIt')} value={touchpoint.label.it} onChange={(event) => onChange({ ...touchpoint, label: { ...touchpoint.label, it: event.currentTarget.value } })} />
      <TextInput className={classes.whole} aria-label={t('stageNameEn')} value={touchpoint.label.en} onChange={(event) => onChange({ ...touchpoint, label: { ...touchpoint.label, en: event.currentTarget.value } })} />
      <Select className={classes.whole} aria-label={t('group')} allowDeselect={false} value={touchpoint.group} data={groups.map((value) => ({ value, label: t(`groups.${value}`) }))} onChange={(group) => group && onChange({ ...touchpoint, group: group as TouchpointGroup })} />
      <Select className={classes.whole} aria-label={t('channel')} searchable allowDeselect={false} value={touchpoint.channel} data={channels} onChange={(channel) => channel && onChange({ ...touchpoint, channel })} />
      <TextInput className={classes.whole} aria-label={`${t('owner')}: ${name}`} placeholder={t('owner')} value={touchpoint.owner ?? ''} onChange={(event) => onChange(withOwner(touchpoint, event.currentTarget.value))} />
      <ActionIcon className={classes.away} variant="subtle" color="gray" aria-label={t('removeTouchpoint', { name })} onClick={onRemove}><IconTrash size={16} /></ActionIcon>
    </li>
  );
}

function Preview({ draft }: { draft: TouchpointConfig }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const words = useWords();
  const [onlyChanged, setOnlyChanged] = useState(true);
  const [asked] = useDebouncedValue(draft, 400);
  const rules = useMemo(() => savableTouchpoints(asked), [asked]);
  const preview = usePreviewTouchpoints(rules);
  const events = preview.data?.events ?? [];
  // A touchpoint that is not saved yet has its name in the draft alone.
  const drafted = new Map(draft.touchpoints.map((item) => [item.id, label(item.label, item.id)]));
  const touchpoint = (id: string | null) => (id === null ? words.touchpoint(id) : drafted.get(id) ?? words.touchpoint(id));
  const of = format.number(events.length);
  const differs = (event: (typeof events)[number]) => event.before.touchpoint !== event.after.touchpoint || event.before.channel !== event.after.channel;
  const shown = events.filter((event) => !onlyChanged || differs(event)).slice(0, 200);
  return (
    <div className={classes.preview}>
      <Card title={t('preview')}>
        {preview.isError ? <Failed failure={explain(preview.error)} /> : !preview.data ? <Skeleton height={220} radius="md" /> : events.length === 0 ? <span className={classes.dim}>{t('noPreview')}</span> : (
          <>
            <p className={classes.verdict} role="status">{preview.data.changed === 0 ? t('same', { of }) : t('changed', { count: preview.data.changed, formatted: format.number(preview.data.changed), of })}</p>
            {preview.data.changed === 0 ? null : <Switch size="sm" label={t('onlyChanged')} checked={onlyChanged} onChange={(event) => setOnlyChanged(event.currentTarget.checked)} mb="xs" />}
            <ul className={`${classes.list} ${classes.scroll}`} tabIndex={0} aria-label={t('preview')}>
              {shown.map((event) => (
                <li key={event.message_id} data-changed={differs(event)} className={classes.change}>
                  <div>{label(event.label, words.event(event.name))} <span className={classes.dim}>{format.time(event.timestamp)}</span></div>
                  {event.before.touchpoint === event.after.touchpoint ? <div className={classes.dim}>{touchpoint(event.after.touchpoint)}</div> : (
                    <div><span className={classes.dim}>{touchpoint(event.before.touchpoint)} → </span><span className={classes.new}>{touchpoint(event.after.touchpoint)}</span></div>
                  )}
                  {event.before.channel === event.after.channel ? null : (
                    <div><span className={classes.dim}>{words.channel(event.before.channel)} → </span><span className={classes.new}>{words.channel(event.after.channel)}</span></div>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Card>
    </div>
  );
}

function Editor({ config, etag }: { config: TouchpointConfig; etag: string | null }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const label = useLabel();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const save = useSaveTouchpoints();
  const tell = useTell();
  const format = useFormat();
  const [parameters, setParameters] = useSearchParams();
  const part = parts.find((value) => value === parameters.get('parte')) ?? parts[0];
  const [draft, setDraft] = useState(config);
  const set = (part: Partial<TouchpointConfig>) => setDraft({ ...draft, ...part });
  const changed = JSON.stringify(draft) !== JSON.stringify(config);
  const channelIds = [...new Set([...(vocabulary?.channels ?? []).map((item) => item.id), ...draft.touchpoints.map((item) => item.channel), ...draft.channel_rules.map((item) => item.channel)])].filter(Boolean);
  const channels = channelIds.map((value) => ({ value, label: words.channel(value) }));
  const touchpoints = draft.touchpoints.map((item) => ({ value: item.id, label: label(item.label, item.id) }));
  const add = () => {
    const name = t('newTouchpoint');
    set({ touchpoints: [{ id: freeId(name, draft.touchpoints.map((item) => item.id)), label: { it: name, en: name }, group: 'online', icon: 'world', channel: channelIds[0] ?? 'direct' }, ...draft.touchpoints] });
  };
  return (
    <div className={classes.page}>
      <SegmentedControl
        className={classes.parts} aria-label={t('part')} value={part} onChange={(value) => setParameters(value === parts[0] ? {} : { parte: value }, { replace: true, preventScrollReset: true })}
        data={parts.map((value) => ({ value, label: t(`parts.${value}`, { n: format.number({ regole: draft.rules, canali: draft.channel_rules, elenco: draft.touchpoints }[value].length) }) }))}
      />
      {part === 'elenco' ? null : <p className={classes.dim} style={{ margin: 0, maxWidth: '75ch' }}>{t('rulesLead')}</p>}
      {part === 'elenco' ? (
        <Card flush title={t('touchpoints')} actions={<Button variant="light" size="compact-sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>{t('addTouchpoint')}</Button>}>
          <ul className={classes.list}>
            {draft.touchpoints.map((touchpoint, i) => (
              <Touchpoint
                key={touchpoint.id} touchpoint={touchpoint} channels={channels}
                onChange={(next) => set({ touchpoints: draft.touchpoints.map((item, k) => (k === i ? next : item)) })}
                onRemove={() => set({ touchpoints: draft.touchpoints.filter((_, k) => k !== i), rules: draft.rules.filter((rule) => rule.touchpoint !== touchpoint.id) })}
              />
            ))}
          </ul>
        </Card>
      ) : (
        <div className={classes.columns}>
          {part === 'regole' ? (
            <Rules
              title={t('rules')} then={t('then')} choices={touchpoints} rules={draft.rules.map((rule) => ({ where: rule.where, result: rule.touchpoint }))}
              onChange={(rules) => set({ rules: rules.map((rule) => ({ where: rule.where, touchpoint: rule.result })) })}
            />
          ) : (
            <Rules
              title={t('channelRules')} then={t('thenChannel')} choices={channels} rules={draft.channel_rules.map((rule) => ({ where: rule.where, result: rule.channel }))}
              onChange={(rules) => set({ channel_rules: rules.map((rule) => ({ where: rule.where, channel: rule.result })) })}
            />
          )}
          <Preview draft={draft} />
        </div>
      )}
      <div className={changed ? `${classes.save} ${classes.pending}` : classes.save}>
        <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate({ config: savableTouchpoints(draft), etag }, { onSuccess: () => tell.done(t('savedRules')), onError: tell.failed })}>{common('action.save')}</Button>
        {changed ? <Button variant="default" onClick={() => setDraft(config)}>{t('discard')}</Button> : null}
      </div>
    </div>
  );
}

export function Touchpoints() {
  const config = useTouchpoints();
  if (config.isError) return <Failed failure={explain(config.error)} onRetry={() => void config.refetch()} />;
  if (!config.data) return <Skeleton height={520} radius="lg" />;
  return <Editor key={config.data.etag ?? ''} config={config.data.data} etag={config.data.etag} />;
}
