// What opens beside the map: a sentence, the number and how it comes about, what came next, five real
// journeys, the money at stake, and what to do with it.
import { Button, CloseButton, Skeleton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat, useLabel } from '@/base/preferences';
import type { PeopleAnswer } from '@/model/contract';
import { feelingColour } from '@/model/map/colour';
import { inTurn, type Turn } from '@/model/map/turns';
import type { Lines } from '@/model/map/sentences';
import { TouchIcon } from '@/widgets/touch_icon';
import { Face } from './face';
import { AudienceForm, type AudienceSaving } from './save_audience';
import { ns } from './texts';
import classes from './detail.module.css';
import mapClasses from './map.module.css';

export interface DetailProps {
  lines: Lines;
  count: number;
  how: string;
  stake: { amount: number; currency: string } | null;
  /** undefined while on its way; null where the people cannot be asked for. */
  people: PeopleAnswer | undefined | null;
  failed: boolean;
  /** They stopped here: then nothing came next, and that is worth saying. */
  stopped: boolean;
  onPeople: () => void;
  /** null where no question can name them. */
  saving: AudienceSaving | null;
  onClose?: () => void;
}

const shownIcons = 10;
const shownJourneys = 5;

function Bars({ next, empty }: { next: PeopleAnswer['next']; empty: string }) {
  const format = useFormat();
  const label = useLabel();
  const most = Math.max(0.0001, ...next.map((item) => item.share));
  if (next.length === 0) return <p className={classes.soft}>{empty}</p>;
  return (
    <ul className={classes.bars}>
      {next.slice(0, 5).map((item) => (
        <li key={`${item.row ?? ''}/${item.stage ?? ''}/${item.label.it}`}>
          <span className={classes.barName}>{label(item.label)}</span>
          <span className={classes.track}><span className={classes.bar} style={{ width: `${(item.share / most) * 100}%` }} /></span>
          <span className={classes.share} title={format.number(item.customers)}>{format.percent(item.share, 0)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What they said, with the face of how they felt. */
function Said({ words }: { words: NonNullable<PeopleAnswer['words']> }) {
  return (
    <ul className={classes.words}>
      {words.filter((item, index) => words.findIndex((other) => other.text === item.text) === index).map((item) => (
        <li key={item.text}>
          <svg width={20} height={20} viewBox="-10 -10 20 20" aria-hidden style={{ color: 'var(--viaggio-card)' }}>
            <circle r={9} fill={feelingColour(item.value)} />
            <Face mean={item.value} size={7.4} />
          </svg>
          <q>{item.text}</q>
        </li>
      ))}
    </ul>
  );
}

function Journeys({ customers }: { customers: PeopleAnswer['customers'] }) {
  const { t } = useTranslation(ns);
  const format = useFormat();
  const label = useLabel();
  if (customers.length === 0) return <p className={classes.soft}>{t('panel.noJourneys')}</p>;
  return (
    <ul className={classes.journeys}>
      {customers.slice(0, shownJourneys).map((customer) => {
        const steps = inTurn(customer.journey).slice(-shownIcons);
        const nameOf = (step: Turn) => `${label(step.label, step.touchpoint ?? '')}${step.times > 1 ? ` ×${step.times}` : ''}`;
        const said = steps.map(nameOf).join(', ');
        return (
          <li key={customer.customer_id}>
            <Link to={`/clienti/${encodeURIComponent(customer.customer_id)}`} className={classes.person}>{customer.name || t('panel.nameless')}</Link>
            <span className={classes.strip} role="img" aria-label={said}>
              {steps.map((step, index) => (
                <span key={index} className={classes.step} title={`${nameOf(step)}, ${format.dateTime(step.timestamp)}`} data-times={step.times}>
                  <TouchIcon name={step.icon} size={15} />
                  {step.times > 1 ? <span className={classes.times}>{step.times}</span> : null}
                </span>
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

export function Detail({ lines, count, how, stake, people, failed, stopped, onPeople, saving, onClose }: DetailProps) {
  const { t } = useTranslation(ns);
  const format = useFormat();
  const [naming, setNaming] = useState(false);
  return (
    <div className={`${mapClasses.tones} ${classes.detail}`}>
      <div className={classes.top}>
        <h2 className={classes.title} tabIndex={-1} data-autofocus>{lines[0]}</h2>
        {onClose ? <CloseButton aria-label={t('panel.close')} onClick={onClose} /> : null}
      </div>
      <p className={classes.number} data-count={count}>{format.number(count)}</p>
      <p className={classes.meaning}>{lines[1]} {lines[2]}</p>
      <details className={classes.how}>
        <summary>{t('panel.how')}</summary>
        <p>{how}</p>
      </details>
      {stake && stake.amount > 0 ? (
        <p className={classes.stake}><span>{t('panel.stake')}</span> {format.money(Math.round(stake.amount), stake.currency)}</p>
      ) : null}
      {people === null ? <p className={classes.soft}>{t('panel.others')}</p> : failed ? null : (
        <>
          {people?.stopped_at?.length && stopped ? (
            <>
              <h3 className={classes.head}>{t('panel.reasons')}</h3>
              <Bars next={people.stopped_at} empty="" />
            </>
          ) : null}
          {!people || people.next.length > 0 || stopped ? (
            <>
              <h3 className={classes.head}>{t('panel.next')}</h3>
              {people ? <Bars next={people.next} empty={t('panel.noNext')} /> : <Skeleton height={96} radius="md" />}
            </>
          ) : null}
          {people?.words?.length ? (
            <>
              <h3 className={classes.head}>{t('panel.words')}</h3>
              <Said words={people.words} />
            </>
          ) : null}
          <h3 className={classes.head}>{t('panel.journeys')}</h3>
          {people ? <Journeys customers={people.customers} /> : <Skeleton height={180} radius="md" />}
        </>
      )}
      <div className={classes.foot}>
        {naming && saving && saving.state !== 'saved' ? <AudienceForm saving={saving} onCancel={() => setNaming(false)} /> : (
          <div className={classes.actions}>
            <Button px="md" onClick={onPeople} disabled={people === null || failed}>{t('panel.people')}</Button>
            {saving?.state === 'saved' ? <span className={classes.saved} role="status"><IconCheck size={17} aria-hidden /> {t('panel.audienceSaved')}</span> : saving ? (
              <Button px="md" variant="default" onClick={() => setNaming(true)}>{t('panel.audience')}</Button>
            ) : null}
          </div>
        )}
      </div>
    </div>
  );
}
