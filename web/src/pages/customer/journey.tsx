// The story of a person, day by day, across every channel. The rest loads on the way down.
import { Center, Loader, Skeleton, Stack } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { IconChevronDown, IconStairsUp } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTimeline } from '@/api/customers';
import { explain } from '@/api/problem';
import { useFormat, useLabel } from '@/base/preferences';
import { blockSummaries, isFromBeginning, journeyBlocks, journeyDays, type JourneyBlock, type JourneyRow } from '@/model/journey';
import { dayIn } from '@/model/range';
import { Card } from '@/widgets/card';
import { Failed } from '@/widgets/states';
import { TouchIcon } from '@/widgets/touch_icon';
import { useWords } from '@/widgets/use_words';
import classes from './customer.module.css';
import { texts } from './texts';

function EventRow({ row }: { row: JourneyRow }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const words = useWords();
  const { event, times } = row;
  const { touchpoint, stage, summary } = event.display;
  const where = label(touchpoint.label, touchpoint.id);
  return (
    <>
      {stage?.entered ? (
        <li>
          <span className={classes.stage}><IconStairsUp size={15} aria-hidden />{t('entered', { stage: label(stage.label, stage.id) })}</span>
        </li>
      ) : null}
      <li className={classes.event}>
        <span className={classes.icon}><TouchIcon name={touchpoint.icon} /></span>
        <div>
          <div className={classes.what}>{label(event.display.name, words.event(event.name))}{times > 1 ? <span className={classes.times}>{t('times', { n: format.number(times) })}</span> : null}</div>
          <div className={classes.sub}>{summary ? `${summary} · ${where}` : where}</div>
        </div>
        <div className={classes.side}>
          {event.value !== null && event.value !== undefined && event.value !== 0 ? <div className={classes.money}>{format.money(event.value, event.currency ?? undefined)}</div> : null}
          <time className={classes.sub} dateTime={event.timestamp}>{format.time(event.timestamp)}</time>
        </div>
      </li>
    </>
  );
}

/** Several rows in one line, which opens. */
function BlockRow({ block }: { block: JourneyBlock }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [first, last] = [block.rows[0]!.event, block.rows.at(-1)!.event];
  const count = block.rows.reduce((sum, row) => sum + row.times, 0);
  const summaries = blockSummaries(block);
  const where = [...new Set(block.rows.map((row) => label(row.event.display.touchpoint.label, row.event.display.touchpoint.id)))].slice(0, 2).join(', ');
  const about = summaries.slice(0, 3).join(', ') + (summaries.length > 3 ? ` ${t('andMore', { n: format.number(summaries.length - 3) })}` : '');
  const title = block.kind === 'browsing' || block.kind === 'checkout' || block.kind === 'talk' ? t(block.kind, { count, formatted: format.number(count) }) : label(first.display.name, words.event(first.name));
  const times = [format.time(last.timestamp), format.time(first.timestamp)].sort();
  return (
    <>
      <li className={classes.event}>
        <span className={classes.icon}><TouchIcon name={first.display.touchpoint.icon} /></span>
        <div>
          <button type="button" className={classes.block} aria-expanded={open} onClick={() => setOpen(!open)}>{title}<IconChevronDown size={15} aria-hidden className={open ? classes.turned : undefined} /></button>
          <div className={classes.sub}>{[about, where].filter(Boolean).join(' · ')}</div>
        </div>
        <div className={classes.side}><time className={classes.sub} dateTime={first.timestamp}>{times[0] === times[1] ? times[0] : times.join('–')}</time></div>
      </li>
      {open ? <li><ol className={`${classes.list} ${classes.inner}`}>{block.rows.map((row) => <EventRow key={row.key} row={row} />)}</ol></li> : null}
    </>
  );
}

export function Journey({ id }: { id: string }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const timeline = useTimeline(id);
  const { ref, entry } = useIntersection({ rootMargin: '600px' });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = timeline;
  const visible = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (visible && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [visible, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const events = useMemo(() => (timeline.data?.pages ?? []).flatMap((page) => page.events), [timeline.data]);
  const days = useMemo(
    () => journeyDays(events, (timestamp) => dayIn(format.timezone, new Date(timestamp))),
    [events, format.timezone],
  );
  if (timeline.isError) return <Failed failure={explain(timeline.error)} onRetry={() => void timeline.refetch()} />;
  if (!timeline.data) return <Card><Stack>{Array.from({ length: 8 }, (_, i) => <Skeleton key={i} height={44} radius="md" />)}</Stack></Card>;
  return (
    <Card>
      {days.map(({ day, rows }) => (
        <section key={day}>
          <h3 className={classes.day}>{format.longDate(day)}</h3>
          <ol className={classes.list}>{journeyBlocks(rows).map((block) => (block.kind === 'row' ? <EventRow key={block.key} row={block.rows[0]!} /> : <BlockRow key={block.key} block={block} />))}</ol>
        </section>
      ))}
      {hasNextPage ? <Center ref={ref} h={60}><Loader size="sm" aria-label={t('loadMore')} /></Center> : <p className={classes.end}>{days.length === 0 ? t('noEvents') : t(isFromBeginning(events) ? 'today' : 'end')}</p>}
    </Card>
  );
}
