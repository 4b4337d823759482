// Live: is my data arriving? The stream, the refusals with their reasons, and a first event to send.
import { Button, CopyButton, Skeleton, Text } from '@mantine/core';
import { IconBroadcast, IconCheck, IconCopy, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listenLive, useLiveRecent } from '@/api/live';
import { useCreateKey, useKeys } from '@/api/session';
import { useFormat, useLabel } from '@/base/preferences';
import type { LiveEvent, RejectedEvent } from '@/model/contract';
import { arriving, curlSnippet, live, liveStart, type LiveNews } from '@/model/live';
import { Card } from '@/widgets/card';
import { Page } from '@/widgets/page';
import { Sparkline } from '@/widgets/sparkline';
import { Empty, RowsSkeleton } from '@/widgets/states';
import { TouchIcon } from '@/widgets/touch_icon';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './live.module.css';
import { texts } from './texts';

const flushEvery = 250;

/** News are gathered for a moment before drawing, so that a busy stream does not busy the screen. */
function useLive(paused: boolean) {
  const [state, dispatch] = useReducer((current: typeof liveStart, news: LiveNews[]) => news.reduce(live, current), liveStart);
  const [connection, setConnection] = useState<'connecting' | 'open' | 'closed'>('connecting');
  const recent = useLiveRecent();
  const pending = useRef<LiveNews[]>([]);
  const { data } = recent;
  useEffect(() => {
    if (data) dispatch([{ kind: 'recent', recent: data }]);
  }, [data]);
  useEffect(() => {
    const push = (news: LiveNews) => pending.current.push(news);
    return listenLive({
      event: (event) => push({ kind: 'event', event }),
      rejected: (rejected) => push({ kind: 'rejected', rejected }),
      counters: (counters) => push({ kind: 'counters', counters }),
      state: setConnection,
    });
  }, []);
  useEffect(() => {
    if (paused) return undefined;
    const timer = setInterval(() => {
      if (pending.current.length > 0) dispatch(pending.current.splice(0));
    }, flushEvery);
    return () => clearInterval(timer);
  }, [paused]);
  return { state, connection, loaded: recent.isSuccess || recent.isError };
}

function Stream({ events }: { events: LiveEvent[] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const icons = new Map((vocabulary?.touchpoints ?? []).map((item) => [item.id, item.icon]));
  return (
    <ul className={classes.list}>
      {events.slice(0, 40).map((event) => (
        <li key={event.message_id} className={classes.event}>
          <span className={classes.icon}><TouchIcon name={icons.get(event.touchpoint ?? '') ?? event.touchpoint} size={16} /></span>
          <div>
            <div className={classes.what}>{label(event.label, words.event(event.name))}</div>
            <div className={classes.sub}>{[event.touchpoint ? words.touchpoint(event.touchpoint) : event.channel ? words.channel(event.channel) : '', t('from', { source: event.source })].filter(Boolean).join(' · ')}</div>
          </div>
          <div className={classes.side}>
            {event.customer_id ? <Link to={`/clienti/${encodeURIComponent(event.customer_id)}`} style={{ color: 'var(--viaggio-accent)' }}>{t('open')}</Link> : null}
            <div><time dateTime={event.received_at}>{format.time(event.received_at)}</time></div>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Rejected({ rejected }: { rejected: RejectedEvent[] }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  if (rejected.length === 0) return <Text c="dimmed">{t('noRejected')}</Text>;
  return (
    <ul className={classes.list}>
      {rejected.slice(0, 12).map((item, i) => (
        <li key={`${item.time}-${i}`} className={classes.reject}>
          <div className={classes.what}>{t(`codes.${item.code}`, { defaultValue: t('codes.other') })}</div>
          <div className={classes.sub}>{item.detail}</div>
          <div className={classes.sub}>{[format.time(item.time), t('from', { source: item.source }), item.field ? t('field', { field: item.field }) : ''].filter(Boolean).join(' · ')}</div>
        </li>
      ))}
    </ul>
  );
}

function FirstEvent() {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const keys = useKeys();
  const create = useCreateKey();
  const writeKey = keys.data?.keys.find((key) => key.kind === 'write');
  const snippet = writeKey ? curlSnippet(location.origin, writeKey.key) : '';
  return (
    <Card title={t('first')}>
      <Text size="sm" c="dimmed">{t('firstBody')}</Text>
      {keys.isPending ? <Skeleton height={150} mt="sm" /> : writeKey ? (
        <>
          <div className={classes.code} data-verbatim>{snippet}</div>
          <CopyButton value={snippet}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />} onClick={copy}>{common(copied ? 'action.copied' : 'action.copy')}</Button>
            )}
          </CopyButton>
        </>
      ) : (
        <>
          <Text size="sm" my="sm">{t('noKey')}</Text>
          <Button size="xs" loading={create.isPending} onClick={() => create.mutate({ kind: 'write', source: t('keySource') })}>{t('makeKey')}</Button>
        </>
      )}
    </Card>
  );
}

export default function LivePage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const [paused, setPaused] = useState(false);
  const { state, connection, loaded } = useLive(paused);
  const perMinute = state.counters?.per_minute ?? [];
  const answer = arriving(perMinute);
  // There is history, but nothing has come since the program was started.
  const quiet = (state.counters?.events ?? 0) > 0;
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Card>
            {state.counters ? (
              <>
                <p className={classes.answer} role="status"><span className={answer === 'now' ? `${classes.pulse} ${classes.on}` : classes.pulse} aria-hidden />{t(answer)}</p>
                <dl className={classes.numbers}>
                  <div><dt>{t('lastMinute')}</dt><dd>{format.number(perMinute[perMinute.length - 1] ?? 0)}</dd></div>
                  <div><dt>{t('total')}</dt><dd>{format.number(state.counters.events)}</dd></div>
                  <div><dt>{t('people')}</dt><dd>{format.number(state.counters.customers)}</dd></div>
                </dl>
                <Sparkline values={perMinute} label={t('perMinute')} />
                <Text size="xs" c="dimmed" mt={6}>{t('perMinute')} · {t(`state.${connection}`)}</Text>
              </>
            ) : <Skeleton height={210} radius="md" />}
          </Card>
          <Card
            flush title={t('stream')}
            actions={state.events.length > 0 ? <Button size="compact-sm" variant="subtle" leftSection={paused ? <IconPlayerPlay size={15} aria-hidden /> : <IconPlayerPause size={15} aria-hidden />} onClick={() => setPaused(!paused)}>{t(paused ? 'resume' : 'pause')}</Button> : null}
          >
            {state.events.length > 0 ? <Stream events={state.events} /> : (
              <div style={{ padding: '0 24px 24px' }}>
                {loaded ? <Empty icon={<IconBroadcast size={28} />} title={t(quiet ? 'quiet' : 'noEvents')}>{t(quiet ? 'quietBody' : 'noEventsBody')}</Empty> : <RowsSkeleton rows={8} height={52} />}
              </div>
            )}
          </Card>
        </div>
        <div className={classes.column}>
          <FirstEvent />
          <Card title={t('rejected')}><Rejected rejected={state.rejected} /></Card>
        </div>
      </div>
    </Page>
  );
}
