// What opens beside the map: a sentence, the number and how it comes about, what came next, five real
// journeys, the money at stake, and what to do with it.
import { Button, CloseButton, Skeleton, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat, useLabel } from '@/base/preferences';
import type { PeopleAnswer } from '@/model/contract';
import type { Lines } from '@/model/map/sentences';
import { TouchIcon } from '@/widgets/touch_icon';
import { ns } from './texts';
import classes from './detail.module.css';

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
  onClose?: () => void;
}

const shownIcons = 12;
const shownJourneys = 5;

function Next({ next }: { next: PeopleAnswer['next'] }) {
  const { t } = useTranslation(ns);
  const format = useFormat();
  const label = useLabel();
  const most = Math.max(0.0001, ...next.map((item) => item.share));
  if (next.length === 0) return <p className={classes.soft}>{t('panel.noNext')}</p>;
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

function Journeys({ customers }: { customers: PeopleAnswer['customers'] }) {
  const { t } = useTranslation(ns);
  const format = useFormat();
  const label = useLabel();
  if (customers.length === 0) return <p className={classes.soft}>{t('panel.noJourneys')}</p>;
  return (
    <ul className={classes.journeys}>
      {customers.slice(0, shownJourneys).map((customer) => {
        const steps = customer.journey.slice(-shownIcons);
        const said = steps.map((step) => label(step.label, step.touchpoint ?? '')).join(', ');
        return (
          <li key={customer.customer_id}>
            <Link to={`/clienti/${encodeURIComponent(customer.customer_id)}`} className={classes.person}>{customer.name || t('panel.nameless')}</Link>
            <span className={classes.strip} role="img" aria-label={said}>
              {steps.map((step, index) => (
                <span key={index} className={classes.step} title={`${label(step.label, step.touchpoint ?? '')}, ${format.dateTime(step.timestamp)}`}>
                  <TouchIcon name={step.icon} size={15} />
                </span>
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

export function Detail({ lines, count, how, stake, people, failed, stopped, onPeople, onClose }: DetailProps) {
  const { t } = useTranslation(ns);
  const format = useFormat();
  return (
    <div className={classes.detail}>
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
          {!people || people.next.length > 0 || stopped ? (
            <>
              <h3 className={classes.head}>{t('panel.next')}</h3>
              {people ? <Next next={people.next} /> : <Skeleton height={96} radius="md" />}
            </>
          ) : null}
          <h3 className={classes.head}>{t('panel.journeys')}</h3>
          {people ? <Journeys customers={people.customers} /> : <Skeleton height={180} radius="md" />}
        </>
      )}
      <div className={classes.foot}>
        <div className={classes.actions}>
          <Button px="md" onClick={onPeople} disabled={people === null || failed}>{t('panel.people')}</Button>
          <Tooltip label={t('panel.audienceWhy')} events={{ hover: true, focus: true, touch: true }}>
            <Button px="md" variant="default" data-disabled aria-disabled="true" aria-description={t('panel.audienceWhy')} onClick={(event) => event.preventDefault()}>{t('panel.audience')}</Button>
          </Tooltip>
        </div>
        <p className={classes.reason}>{t('panel.audienceWhy')}</p>
      </div>
    </div>
  );
}
