// A saved report on a dashboard: its question is asked like any other, its picture is the one exports draw, only smaller.
import { ActionIcon, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconX } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useAttribution, useFunnel, usePaths, useRetention, useStages, useTransitions, useTrend, useVariants } from '@/api/questions';
import { attributionQuestion, defaultAttribution, readAttribution } from '@/model/attribution';
import type { SavedReport } from '@/model/contract';
import { defaultFunnel, funnelQuestion, readFunnel } from '@/model/funnel';
import { pathsQuestion, readPaths } from '@/model/paths';
import { factsOf, type Report } from '@/model/report';
import { attributionReport } from '@/model/reports/attribution';
import { funnelReport } from '@/model/reports/funnel';
import { pathsReport } from '@/model/reports/paths';
import { retentionReport } from '@/model/reports/retention';
import { stagesReport } from '@/model/reports/stages';
import { transitionsReport } from '@/model/reports/transitions';
import { trendReport } from '@/model/reports/trend';
import { variantsReport } from '@/model/reports/variants';
import { defaultRetention, readRetention, retentionQuestion } from '@/model/retention';
import { addressOf, type ReportPage } from '@/model/saved';
import { readStages, stagesQuestion } from '@/model/stages';
import { readTransitions, transitionsQuestion } from '@/model/transitions';
import { defaultTrend, previousQuestion, readTrend, trendQuestion } from '@/model/trend';
import { readVariants, variantsQuestion } from '@/model/variants';
import { Drawing } from '@/widgets/drawing';
import { colourOf } from '@/widgets/paint';
import { Failed } from '@/widgets/states';
import { useTeller } from '@/widgets/use_teller';
import { useKnownVocabulary } from '@/widgets/use_words';
import classes from './dashboards.module.css';
import { texts } from './texts';

const room = { width: 460, font: 13, rows: 6 };

interface Answered<A> {
  data: A | undefined;
  isError: boolean;
  error: unknown;
  refetch: () => unknown;
}

function Body<A>({ answer, report }: { answer: Answered<A>; report: (data: A) => Report }) {
  if (answer.data === undefined) return answer.isError ? <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} /> : <Skeleton height={260} radius="md" />;
  const shown = report(answer.data);
  return (
    <>
      <div>
        <p className={classes.sentence} data-headline>{shown.sentence}</p>
        <p className={classes.facts}>{factsOf(shown)}</p>
      </div>
      {shown.draw ? <div><Drawing drawing={shown.draw(room)} label={shown.sentence} /></div> : null}
      {shown.legend.length > 1 ? <ul className={classes.legend}>{shown.legend.map(({ name, paint, dashed }) => <li key={name}><span className={classes.swatch} style={{ background: colourOf(paint), opacity: dashed ? 0.45 : 1 }} aria-hidden />{name}</li>)}</ul> : null}
    </>
  );
}

type Asked = { question: SavedReport['question'] };

function Funnel({ question }: Asked) {
  const teller = useTeller();
  const vocabulary = useKnownVocabulary();
  const form = useMemo(() => readFunnel(question, defaultFunnel(vocabulary)), [question, vocabulary]);
  const answer = useFunnel(useMemo(() => funnelQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => funnelReport(data, form, teller)} />;
}

function Trend({ question }: Asked) {
  const teller = useTeller();
  const vocabulary = useKnownVocabulary();
  const form = useMemo(() => readTrend(question, defaultTrend(vocabulary)), [question, vocabulary]);
  const answer = useTrend(useMemo(() => trendQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  const before = useTrend(useMemo(() => previousQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => trendReport(data, form.compare ? before.data : undefined, form, teller)} />;
}

function Stages({ question }: Asked) {
  const teller = useTeller();
  const first = useKnownVocabulary()?.stage_models[0]?.id ?? '';
  const form = useMemo(() => readStages(question, first), [first, question]);
  const answer = useStages(useMemo(() => stagesQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => stagesReport(data, form.range, teller)} />;
}

function Transitions({ question }: Asked) {
  const teller = useTeller();
  const form = useMemo(() => readTransitions(question), [question]);
  const answer = useTransitions(useMemo(() => transitionsQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => transitionsReport(data, form.node, form.range, teller)} />;
}

function Paths({ question }: Asked) {
  const teller = useTeller();
  const form = useMemo(() => readPaths(question), [question]);
  const answer = usePaths(useMemo(() => pathsQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => pathsReport(data, form, teller)} />;
}

function Variants({ question }: Asked) {
  const teller = useTeller();
  const form = useMemo(() => readVariants(question), [question]);
  const answer = useVariants(useMemo(() => variantsQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => variantsReport(data, form, teller)} />;
}

function Retention({ question }: Asked) {
  const teller = useTeller();
  const vocabulary = useKnownVocabulary();
  const form = useMemo(() => readRetention(question, defaultRetention(vocabulary)), [question, vocabulary]);
  const answer = useRetention(useMemo(() => retentionQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => retentionReport(data, form, teller)} />;
}

function Attribution({ question }: Asked) {
  const teller = useTeller();
  const form = useMemo(() => readAttribution(question, defaultAttribution), [question]);
  const answer = useAttribution(useMemo(() => attributionQuestion(form, teller.format.timezone, teller.now), [form, teller]));
  return <Body answer={answer} report={(data) => attributionReport(data, form, form, teller)} />;
}

/** Pages that are not here are opened, not drawn. */
const bodies: Partial<Record<ReportPage, (asked: Asked) => ReactNode>> = {
  funnel: Funnel, trends: Trend, stages: Stages, transitions: Transitions, paths: Paths, variants: Variants, retention: Retention, attribution: Attribution,
};

interface TileProps {
  report: SavedReport;
  first: boolean;
  last: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

export function Tile({ report, first, last, onMove, onRemove }: TileProps) {
  const { t } = useTranslation(texts);
  const { name } = report;
  const Drawn = bodies[report.page];
  return (
    <article className={classes.tile} data-tile={report.id}>
      <div className={classes.head}>
        <h2 className={classes.name}><Link to={addressOf(report)}>{name}</Link></h2>
        <span className={classes.tools}>
          <ActionIcon variant="subtle" color="gray" disabled={first} aria-label={t('before', { name })} onClick={() => onMove(-1)}><IconArrowLeft size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" disabled={last} aria-label={t('after', { name })} onClick={() => onMove(1)}><IconArrowRight size={16} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={t('removeTile', { name })} onClick={onRemove}><IconX size={16} /></ActionIcon>
        </span>
      </div>
      {Drawn ? <Drawn question={report.question} /> : <p className={classes.facts}>{t('openPage')}</p>}
    </article>
  );
}
