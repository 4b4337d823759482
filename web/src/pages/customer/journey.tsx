// The story of a person, day by day, across every channel. The rest loads on the way down.
import { Center, Loader, Skeleton, Stack } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { IconStairsUp } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useTimeline } from '@/api/customers';
import { explain } from '@/api/problem';
import { useFormat, useLabel } from '@/base/preferences';
import { isFromBeginning, journeyDays, type JourneyRow } from '@/model/journey';
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
  const where = event.touchpoint ? label(event.touchpoint.label, event.touchpoint.id) : event.channel ? words.channel(event.channel) : t('via', { source: event.source });
  const summary = label(event.summary);
  return (
    <>
      {event.stage?.entered ? (
        <li>
          <span className={classes.stage}><IconStairsUp size={15} aria-hidden />{t('entered', { stage: label(event.stage.label, event.stage.id) })}</span>
        </li>
      ) : null}
      <li className={classes.event}>
        <span className={classes.icon}><TouchIcon name={event.touchpoint?.icon} /></span>
        <div>
          <div className={classes.what}>{label(event.label, words.event(event.name))}{times > 1 ? <span className={classes.times}>{t('times', { n: format.number(times) })}</span> : null}</div>
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
          <ol className={classes.list}>{rows.map((row) => <EventRow key={row.key} row={row} />)}</ol>
        </section>
      ))}
      {hasNextPage ? <Center ref={ref} h={60}><Loader size="sm" aria-label={t('loadMore')} /></Center> : <p className={classes.end}>{days.length === 0 ? t('noEvents') : t(isFromBeginning(events) ? 'today' : 'end')}</p>}
    </Card>
  );
}
