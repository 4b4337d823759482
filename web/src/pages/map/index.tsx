// The journey map: the home of Viaggio.
import { Button, Skeleton, VisuallyHidden } from '@mantine/core';
import { useElementSize, useMediaQuery, useMergedRef, useViewportSize } from '@mantine/hooks';
import { IconMap2 } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useMap, useTrend } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { MapAnswer } from '@/model/contract';
import { countNumbers } from '@/model/map/budget';
import { defaultView, monthsOf, monthsQuestion, readView, toQuestion, type MapView } from '@/model/map/question';
import { ghostRows } from '@/model/map/ghost';
import { readSelection, selectionId } from '@/model/map/select';
import { calmSentence, headlineSentence, nextSentence, worstSentence, worstStage, type Teller } from '@/model/map/sentences';
import { monthsToRange } from '@/model/map/time';
import { periodPhrase } from '@/model/map/words';
import { dayIn, daysOf } from '@/model/range';
import { Headlines, type Sentence } from '@/widgets/map/headlines';
import { NarrowMap } from '@/widgets/map/narrow_map';
import { MapTable } from '@/widgets/map/table';
import { ns } from '@/widgets/map/texts';
import { WaitingMap } from '@/widgets/map/waiting_map';
import { WideMap } from '@/widgets/map/wide_map';
import { Empty, Failed } from '@/widgets/states';
import { useKnownVocabulary } from '@/widgets/use_words';
import { useLiveDots, type LiveFeed } from './use_live_dots';
import classes from './map_page.module.css';

// The drawing comes first; what is chosen, explained or opened beside it follows.
const Filters = lazy(async () => ({ default: (await import('./filters')).Filters }));
const Panel = lazy(async () => ({ default: (await import('./panel')).Panel }));
const Legend = lazy(async () => ({ default: (await import('@/widgets/map/legend')).Legend }));

const read = (text: string | null): MapView => readAddress(text, readView, defaultView);
const playMilliseconds = 1400;
const smallestDrawing = 600;

const isEmpty = (answer: MapAnswer): boolean => answer.stages.every((stage) => stage.entered + stage.before === 0);

function sentencesOf(teller: Teller, view: MapView, emptyText: string): Sentence[] {
  const { answer, format } = teller;
  if (isEmpty(answer) && answer.histogram.every((bar) => bar.customers === 0)) return [{ text: emptyText, opens: null }];
  const period = periodPhrase(view.range, format, new Date());
  const [first, ...others] = answer.headlines.slice(0, 3);
  const opens = (from: string) => selectionId({ kind: 'flow', flow: 'lost', from, to: null });
  const worst = first ? null : worstStage(teller);
  if (!first) return [worst ? { text: worstSentence(teller, worst, period), opens: opens(worst.id) } : { text: calmSentence(teller, period), opens: null }];
  return [{ text: headlineSentence(teller, first, period), opens: opens(first.from) }, ...others.map((item) => ({ text: nextSentence(teller, item), opens: opens(item.from) }))];
}

/** Play: the months pass one by one, then the period is as before. */
function usePlay(answer: MapAnswer | undefined, today: string, onRange: (range: MapView['range']) => void) {
  const [month, setMonth] = useState<number | null>(null);
  const months = answer?.histogram;
  const count = months?.length ?? 0;
  useEffect(() => {
    if (month === null || !months) return undefined;
    onRange(monthsToRange(months, month, month, today));
    const timer = setTimeout(() => setMonth(month + 1 < count ? month + 1 : null), playMilliseconds);
    return () => clearTimeout(timer);
    // Each answer brings new months; only the month itself moves the play on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [month]);
  return { playing: month !== null, toggle: () => setMonth(month === null ? 0 : null) };
}

/** The months of the last two years, whatever the period; null until they are known. */
function useMonths() {
  const { timezone } = useFormat();
  const question = useMemo(() => monthsQuestion(timezone, new Date()), [timezone]);
  const { data } = useTrend(question);
  return useMemo(() => monthsOf(data, timezone), [data, timezone]);
}

function LiveSign({ feed }: { feed: LiveFeed }) {
  const { t } = useTranslation(ns);
  const format = useFormat();
  const text = feed.events === null ? t('liveOff') : t('liveCount', { count: feed.events, formatted: format.number(feed.events) });
  return (
    <span className={classes.live} data-live={feed.open ? 'open' : 'closed'}>
      <span className={feed.open ? `${classes.pulse} ${classes.on}` : classes.pulse} aria-hidden />
      {text}
      {feed.skipped > 0 ? <strong>+{format.number(feed.skipped)}</strong> : null}
    </span>
  );
}

export default function MapPage() {
  const { t } = useTranslation(ns);
  const format = useFormat();
  const vocabulary = useKnownVocabulary();
  const [view, setView] = useAddress<MapView>('q', read, writeAddress);
  const change = useCallback((part: Partial<MapView>) => setView({ ...view, ...part }), [view, setView]);
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false }) ?? false;
  const still = useMediaQuery('(prefers-reduced-motion: reduce)', undefined, { getInitialValueInEffect: false }) ?? false;
  const viewport = useViewportSize();
  const { ref: sized, width } = useElementSize<HTMLDivElement>();
  const { ref: bar, height: barHeight } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const canvas = useMergedRef(sized, place);
  const [top, setTop] = useState(0);

  const models = vocabulary?.stage_models ?? [];
  const model = models.some((item) => item.id === view.model) ? view.model : (models[0]?.id ?? '');
  const question = useMemo(() => (model === '' ? null : toQuestion(view, model, format.timezone, new Date())), [view, model, format.timezone]);
  const asked = useMap(question);
  const { refetch } = asked;
  const feed = useLiveDots(view.rows, still, useCallback(() => void refetch(), [refetch]));
  const answered = asked.data;
  // Before the first event the map shows the lines it will have.
  const months = useMonths();
  const answer = useMemo(() => {
    if (!answered) return undefined;
    const rows = answered.rows.length > 0 ? answered.rows : ghostRows(vocabulary?.touchpoints ?? []);
    return { ...answered, rows, histogram: months ?? answered.histogram };
  }, [answered, vocabulary, months]);
  const teller = useMemo(() => (answer ? { answer, format } : null), [answer, format]);
  const today = dayIn(format.timezone, new Date());
  const play = usePlay(answer, today, (range) => change({ range }));
  const days = useMemo(() => daysOf(view.range, format.timezone, new Date()), [view.range, format.timezone]);
  const selection = useMemo(() => readSelection(view.select, answer ?? null), [view.select, answer]);

  const select = useCallback((id: string) => {
    // A head opens its stage; the same mark again closes the panel.
    const chosen = id.startsWith('head:') ? `stage:${id.slice('head:'.length)}` : id.startsWith('feeling:') ? `stage:${id.slice('feeling:'.length)}` : id;
    setView({ ...view, view: 'map', select: view.select === chosen ? '' : chosen });
  }, [view, setView]);
  const close = useCallback(() => {
    const id = view.select;
    setView({ ...view, select: '' });
    requestAnimationFrame(() => document.querySelector<SVGGElement>(`[data-mark="${CSS.escape(id)}"]`)?.focus());
  }, [view, setView]);

  useEffect(() => {
    document.title = `${t('title')} · Viaggio`;
  }, [t]);
  useEffect(() => {
    if (view.select === '') return undefined;
    const onKey = (event: globalThis.KeyboardEvent) => {
      // A list or menu on top closes first.
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="dialog"]')) close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [view.select, close]);

  const sentences = useMemo(() => (teller ? sentencesOf(teller, view, t('emptySentence')) : []), [teller, view, t]);
  // The drawing takes the height that is left below the sentences, so that the screen does not scroll.
  useLayoutEffect(() => {
    if (place.current) setTop(place.current.getBoundingClientRect().top + window.scrollY);
  }, [barHeight, viewport.width, viewport.height, answer]);
  const height = Math.max(smallestDrawing, (viewport.height || 900) - top - 12);
  const spent = countNumbers(sentences.map((item) => item.text).join(' ')) + countNumbers('preset' in view.range ? t(`common:range.${view.range.preset}`) : '00 – 00') + (feed.events === null ? 0 : 2);
  const panelled = selection !== null && !narrow && view.view === 'map';

  const body = !teller || !question ? null : view.view === 'table' ? <MapTable teller={teller} /> : narrow ? (
    <NarrowMap teller={teller} selection={selection} onSelect={select} />
  ) : width > 0 ? (
    <WideMap
      teller={teller} width={width} height={height} days={days} spent={spent} selection={selection} onSelect={select} dots={feed.dots}
      playing={play.playing} onPlay={play.toggle} onMonths={(first, last) => change({ range: monthsToRange(teller.answer.histogram, first, last, today) })}
    />
  ) : null;

  return (
    <div className={classes.page}>
      <div className={classes.bar} ref={bar}>
        <div className={classes.tools}>
          <Suspense fallback={<Skeleton height={36} width={420} />}><Filters view={view} model={model} models={models} onChange={change} /></Suspense>
          <span className={classes.apart}>
            <LiveSign feed={feed} />
            {view.view === 'map' ? <Suspense fallback={null}><Legend /></Suspense> : null}
          </span>
        </div>
        {teller ? <Headlines sentences={sentences} onOpen={select} /> : asked.isError || models.length === 0 ? <VisuallyHidden><h1>{t('title')}</h1></VisuallyHidden> : <Headlines sentences={[{ text: t('reading'), opens: null }]} onOpen={select} />}
      </div>
      {vocabulary && models.length === 0 ? (
        <Empty icon={<IconMap2 size={28} />} title={t('noModel')} action={<Button component={Link} to="/impostazioni">{t('settings')}</Button>}>{t('noModelBody')}</Empty>
      ) : asked.isError && !answer ? (
        <Failed failure={explain(asked.error)} onRetry={() => void asked.refetch()} />
      ) : (
        <div className={panelled ? `${classes.body} ${classes.withPanel}` : classes.body}>
          <div ref={canvas} className={asked.isPlaceholderData ? `${classes.canvas} ${classes.stale}` : classes.canvas} aria-busy={asked.isFetching}>
            {body ?? (asked.isPending ? <WaitingMap height={height} narrow={narrow} /> : null)}
          </div>
          {selection && question && teller && view.view === 'map' ? <Suspense fallback={null}><Panel teller={teller} question={question} selection={selection} narrow={narrow} height={height} onClose={close} /></Suspense> : null}
        </div>
      )}
    </div>
  );
}
