// Stage models: choose one, say by which events people enter each stage.
import { ActionIcon, Alert, Button, Group, NumberInput, Select, Skeleton, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconFilter, IconPlus, IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useSaveStageModel, useStageModel, useStageModels } from '@/api/configuration';
import { explain } from '@/api/problem';
import { useFormat, useLabel } from '@/base/preferences';
import { addedStage, copiedModel, savableModel, unreachableStages, withOwner, withStage, withTarget } from '@/model/configuration';
import type { StageDefinition, StageModel, StageRule } from '@/model/contract';
import { seconds } from '@/model/duration';
import { selectorNames, withNames } from '@/model/filters';
import { moved } from '@/model/funnel';
import { Card } from '@/widgets/card';
import { EventPicker } from '@/widgets/event_picker';
import { FilterEditor } from '@/widgets/filter_editor';
import { useFilterWords } from '@/widgets/filter_words';
import { Failed } from '@/widgets/states';
import { useWords } from '@/widgets/use_words';
import classes from './settings.module.css';
import { texts } from './texts';
import { useTell } from './use_save';

const dormancies = ['30d', '60d', '90d', '180d', '365d', '730d'];
const windows = ['7d', '14d', '30d', '60d', '90d', '180d', '365d'];
const withCurrent = (list: string[], current: string | undefined): string[] => (!current || list.includes(current) ? list : [...list, current]);

function Rule({ rule, only, onChange, onRemove }: { rule: StageRule; only: boolean; onChange: (rule: StageRule) => void; onRemove: () => void }) {
  const { t } = useTranslation(texts);
  const [filtering, setFiltering] = useState((rule.event.where ?? []).length > 0);
  return (
    <div className={classes.rule}>
      <EventPicker aria-label={t('entersWhen')} placeholder={t(rule.event.all ? 'anyEvent' : 'pick')} value={selectorNames(rule.event)} onChange={(names) => onChange({ ...rule, event: names.length > 0 ? withNames(rule.event, names) : { where: rule.event.where } })} />
      <NumberInput aria-label={t('min')} min={1} max={1000} value={rule.min ?? 1} suffix="×" onChange={(value) => onChange(Number(value) > 1 ? { ...rule, min: Number(value) } : { event: rule.event })} />
      <Group gap={2} wrap="nowrap">
        <ActionIcon variant={filtering ? 'light' : 'subtle'} color="gray" size="lg" aria-label={t('precise')} aria-expanded={filtering} onClick={() => setFiltering(!filtering)}><IconFilter size={16} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('removeRule')} disabled={only} onClick={onRemove}><IconX size={16} /></ActionIcon>
      </Group>
      {filtering ? (
        <div className={classes.filters}>
          <FilterEditor value={rule.event.where ?? []} onChange={(where) => onChange({ ...rule, event: { ...rule.event, where: where.length > 0 ? where : undefined } })} />
        </div>
      ) : null}
    </div>
  );
}

/** "Prodotto visto, almeno 2 volte, oppure Domanda fatta" */
function useRuleWords(): (rules: StageRule[]) => string {
  const { t } = useTranslation(texts);
  const words = useWords();
  const sentence = useFilterWords();
  const one = ({ event, min }: StageRule): string => {
    const names = selectorNames(event).map(words.event).join(', ') || (event.all ? t('anyEvent') : '');
    if (names === '') return '';
    const filters = event.where ?? [];
    return [names, ...(filters.length > 0 ? [sentence(filters)] : []), ...((min ?? 1) > 1 ? [t('times', { n: min })] : [])].join(', ');
  };
  return (rules) => rules.map(one).filter(Boolean).join(` ${t('or')} `) || t('noRule');
}

interface StageProps {
  stage: StageDefinition;
  index: number;
  count: number;
  open: boolean;
  onOpen: () => void;
  onChange: (stage: StageDefinition) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function StageEditor({ stage, last, onChange }: Pick<StageProps, 'stage' | 'onChange'> & { last: boolean }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  return (
    <div className={classes.stageBody}>
      <div className={classes.stageHead}>
        <TextInput label={t('stageNameIt')} value={stage.label.it} onChange={(event) => onChange({ ...stage, label: { ...stage.label, it: event.currentTarget.value } })} />
        <TextInput label={t('stageNameEn')} value={stage.label.en} onChange={(event) => onChange({ ...stage, label: { ...stage.label, en: event.currentTarget.value } })} />
        <Select
          label={t('dormancy')} value={stage.dormancy ?? 'never'} allowDeselect={false}
          data={[{ value: 'never', label: t('dormancyNone') }, ...withCurrent(dormancies, stage.dormancy).map((value) => ({ value, label: t('dormancyOf', { time: format.duration(seconds(value)) }) }))]}
          onChange={(value) => {
            const { dormancy: _old, ...rest } = stage;
            onChange(value && value !== 'never' ? { ...rest, dormancy: value } : rest);
          }}
        />
      </div>
      <div className={classes.stageHead}>
        <TextInput label={t('owner')} placeholder={t('ownerHint')} value={stage.owner ?? ''} onChange={(event) => onChange(withOwner(stage, event.currentTarget.value))} />
        {/* Whoever is in the last stage has nowhere to go on to. */}
        {last ? null : <NumberInput label={t('target')} placeholder={t('targetHint')} min={0} max={100} decimalScale={1} suffix=" %" value={stage.target === undefined ? '' : Math.round(stage.target * 1000) / 10} onChange={(value) => onChange(withTarget(stage, value))} />}
      </div>
      <p className={classes.ruleLabel}>{t('entersWhen')}</p>
      {stage.rules.map((rule, i) => (
        <Rule
          key={i} rule={rule} only={stage.rules.length === 1}
          onChange={(next) => onChange({ ...stage, rules: stage.rules.map((item, k) => (k === i ? next : item)) })}
          onRemove={() => onChange({ ...stage, rules: stage.rules.filter((_, k) => k !== i) })}
        />
      ))}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => onChange({ ...stage, rules: [...stage.rules, { event: {} }] })}>{t('addRule')}</Button>
    </div>
  );
}

function Stage({ stage, index, count, open, onOpen, onChange, onMove, onRemove }: StageProps) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const told = useRuleWords();
  const name = label(stage.label, stage.id);
  return (
    <li className={classes.stage}>
      <div className={classes.stageTold}>
        <span className={classes.number} aria-hidden>{index + 1}</span>
        <button type="button" className={classes.stageName} aria-expanded={open} title={t('editStage', { name })} onClick={onOpen}>
          <strong>{name}</strong>
          {open ? null : (
            <>
              <span className={`${classes.stageRules} ${classes.sentence}`}>{told(stage.rules)}</span>
              {stage.dormancy ? <span className={classes.stageRules}>{t('dormancy')} {t('dormancyOf', { time: format.duration(seconds(stage.dormancy)) })}</span> : null}
            </>
          )}
        </button>
        <Group gap={2} wrap="nowrap">
          <ActionIcon variant="subtle" color="gray" size="lg" disabled={index === 0} aria-label={t('stageUp', { name })} onClick={() => onMove(-1)}><IconArrowUp size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" size="lg" disabled={index === count - 1} aria-label={t('stageDown', { name })} onClick={() => onMove(1)}><IconArrowDown size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" size="lg" disabled={count <= 2} aria-label={t('removeStage', { name })} onClick={onRemove}><IconTrash size={16} /></ActionIcon>
        </Group>
      </div>
      {open ? <StageEditor stage={stage} last={index === count - 1} onChange={onChange} /> : null}
    </li>
  );
}

function Editor({ model, etag }: { model: StageModel; etag: string | null }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const save = useSaveStageModel();
  const tell = useTell();
  const [draft, setDraft] = useState(model);
  const [open, setOpen] = useState<string | null>(null);
  const add = () => {
    const next = addedStage(draft, t('newStage'));
    setDraft(next);
    setOpen(next.stages.at(-1)!.id);
  };
  const set = (part: Partial<StageModel>) => setDraft({ ...draft, ...part });
  const changed = JSON.stringify(draft) !== JSON.stringify(model);
  const unreachable = unreachableStages(draft);
  const names = draft.stages.filter((stage) => unreachable.includes(stage.id)).map((stage) => label(stage.label, stage.id));
  return (
    <div className={classes.page}>
      <Card>
        <div className={classes.form}>
          <TextInput label={t('modelName')} value={draft.label[format.language]} onChange={(event) => set({ label: { ...draft.label, [format.language]: event.currentTarget.value } })} />
          <Select label={t('subject')} allowDeselect={false} value={draft.subject} data={(['relationship', 'journey'] as const).map((value) => ({ value, label: t(`subjects.${value}`) }))} onChange={(subject) => subject && set({ subject: subject as StageModel['subject'] })} />
          <Select label={t('mode')} allowDeselect={false} value={draft.mode} data={(['free', 'forward', 'recency'] as const).map((value) => ({ value, label: t(`modes.${value}`) }))} onChange={(mode) => mode && set({ mode: mode as StageModel['mode'] })} />
          <Select label={t('window')} allowDeselect={false} value={draft.window} data={withCurrent(windows, draft.window).map((value) => ({ value, label: format.duration(seconds(value)) }))} onChange={(window) => window && set({ window })} />
        </div>
      </Card>
      <Card flush>
        <ol className={classes.list}>
          {draft.stages.map((stage, i) => (
            <Stage
              key={stage.id} stage={stage} index={i} count={draft.stages.length} open={open === stage.id}
              onOpen={() => setOpen(open === stage.id ? null : stage.id)}
              onChange={(next) => setDraft(withStage(draft, i, next))}
              onMove={(by) => set({ stages: moved(draft.stages, i, by) })}
              onRemove={() => set({ stages: draft.stages.filter((_, k) => k !== i) })}
            />
          ))}
        </ol>
        <Button m="md" variant="light" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>{t('addStage')}</Button>
      </Card>
      {names.length > 0 ? <Alert color="orange">{t('unreachable', { names: names.join(', ') })}</Alert> : null}
      <div className={changed ? `${classes.save} ${classes.pending}` : classes.save}>
        <Button
          disabled={!changed || names.length > 0} loading={save.isPending}
          onClick={() => save.mutate({ model: savableModel(draft), etag }, { onSuccess: () => tell.done(t('savedRules')), onError: tell.failed })}
        >
          {common('action.save')}
        </Button>
        {changed ? <Button variant="default" onClick={() => setDraft(model)}>{t('discard')}</Button> : null}
      </div>
    </div>
  );
}

export function StageModels() {
  const { t } = useTranslation(texts);
  const label = useLabel();
  const [parameters, setParameters] = useSearchParams();
  const models = useStageModels();
  const id = parameters.get('modello') ?? models.data?.models[0]?.id ?? null;
  const model = useStageModel(id);
  const save = useSaveStageModel();
  const tell = useTell();
  const copy = (original: StageModel) => {
    const named = (language: 'it' | 'en') => t('copyOf', { name: original.label[language], lng: language });
    const next = copiedModel(original, { it: named('it'), en: named('en') }, (models.data?.models ?? []).map((item) => item.id));
    save.mutate({ model: next, etag: null }, {
      onSuccess: () => {
        setParameters({ modello: next.id }, { replace: true });
        tell.done(t('copied'));
      },
      onError: tell.failed,
    });
  };
  if (models.isError) return <Failed failure={explain(models.error)} onRetry={() => void models.refetch()} />;
  return (
    <div className={classes.page}>
      <div className={classes.models}>
        <Select
          label={t('models')} w={360} maw="100%" allowDeselect={false} value={id} data={(models.data?.models ?? []).map((item) => ({ value: item.id, label: label(item.label, item.id) }))}
          onChange={(value) => value && setParameters({ modello: value }, { replace: true })}
        />
        {model.data ? <Button variant="default" leftSection={<IconCopy size={16} aria-hidden />} loading={save.isPending} onClick={() => copy(model.data.data)}>{t('copyModel')}</Button> : null}
      </div>
      {model.isError ? <Failed failure={explain(model.error)} onRetry={() => void model.refetch()} /> : model.data ? (
        <Editor key={`${id ?? ''}${model.data.etag ?? ''}`} model={model.data.data} etag={model.data.etag} />
      ) : <Skeleton height={520} radius="lg" />}
    </div>
  );
}
