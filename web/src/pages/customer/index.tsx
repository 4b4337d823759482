// One customer: who they are, where they are, their whole story, and why it is one person.
import { Button, Skeleton, Tabs } from '@mantine/core';
import { IconArrowLeft, IconUserQuestion } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useCustomer, useTimeline } from '@/api/customers';
import { explain } from '@/api/problem';
import { identifierTexts } from '@/base/identifiers';
import { useFormat, useLabel } from '@/base/preferences';
import type { Customer } from '@/model/contract';
import { displayName, identifierText, lastContacts } from '@/model/journey';
import { humanise } from '@/model/words';
import { Card } from '@/widgets/card';
import { Page } from '@/widgets/page';
import { Empty, Failed } from '@/widgets/states';
import { TouchIcon } from '@/widgets/touch_icon';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './customer.module.css';
import { Identity } from './identity';
import { Journey } from './journey';
import { texts } from './texts';

function Facts({ customer }: { customer: Customer }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const model = vocabulary?.stage_models[0];
  return (
    <dl className={classes.facts}>
      {model ? <div><dt>{t('stages')}</dt><dd>{customer.stage[model.id] ? words.stage(model.id, customer.stage[model.id] ?? null) : t('noStage')}</dd></div> : null}
      <div><dt>{t('last')}</dt><dd>{customer.last_seen ? format.relative(customer.last_seen) : '–'}</dd></div>
      <div><dt>{t('orders')}</dt><dd className="tabular">{format.number(customer.orders ?? 0)}</dd></div>
      <div><dt>{t('value')}</dt><dd className="tabular">{format.money(customer.revenue ?? customer.value ?? 0)}</dd></div>
      <div><dt>{t('events')}</dt><dd className="tabular">{format.number(customer.events)}</dd></div>
    </dl>
  );
}

const shownContacts = 5;

/** Where they were met last, touchpoint by touchpoint. */
function LastContacts({ id }: { id: string }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const label = useLabel();
  const words = useWords();
  const { data } = useTimeline(id);
  const contacts = useMemo(() => lastContacts((data?.pages ?? []).flatMap((page) => page.events), shownContacts), [data]);
  if (contacts.length === 0) return null;
  return (
    <Card title={t('contacts')}>
      <ul className={classes.list} data-contacts>
        {contacts.map((event) => (
          <li key={event.message_id} className={classes.contact}>
            <span className={classes.icon}><TouchIcon name={event.display.touchpoint.icon} /></span>
            <div>
              <div className={classes.what}>{label(event.display.touchpoint.label, event.display.touchpoint.id)}</div>
              <div className={classes.sub}>{label(event.display.name, words.event(event.name))}, {format.relative(event.timestamp)}</div>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Known({ id, customer }: { id: string; customer: Customer }) {
  const { t } = useTranslation(texts);
  const { t: kind } = useTranslation(identifierTexts);
  const format = useFormat();
  const words = useWords();
  // What already stands above, as an identifier or as the name of the page, is not said twice.
  const said = new Set([...customer.identifiers.map((item) => item.value.toLowerCase()), (customer.name ?? '').toLowerCase()]);
  const traits = Object.entries(customer.traits ?? {}).filter(([, value]) => value !== null && value !== '' && value !== undefined && !said.has(String(value).toLowerCase()));
  const text = (name: string, value: unknown): string => {
    if (typeof value === 'number') return format.number(value, 2);
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}($|T)/.test(value)) return format.date(value);
    if (Array.isArray(value)) return value.map((item) => text(name, item)).join(', ');
    if (typeof value === 'object' && value !== null) return Object.values(value).filter((item) => item !== null && typeof item !== 'object').join(', ');
    const told = words.value(`traits.${name}`, value);
    // "bologna", as a till writes it.
    return /^[a-zà-ù]+([ _-][a-zà-ù]+)*$/.test(told) ? humanise(told) : told;
  };
  return (
    <div className={classes.aside}>
      <LastContacts id={id} />
      <Card title={t('identifiers')}>
        <ul className={classes.list}>
          {customer.identifiers.map((id) => (
            <li key={`${id.type}:${id.value}`} className={classes.trait}><span>{kind(id.type, { defaultValue: kind('other') })}</span><span title={id.value}>{identifierText(id)}</span></li>
          ))}
        </ul>
      </Card>
      <Card title={t('traits')}>
        {traits.length === 0 ? <span className={classes.sub}>{t('noTraits')}</span> : (
          <ul className={classes.list}>
            {traits.map(([name, value]) => <li key={name} className={classes.trait}><span>{words.field(`traits.${name}`)}</span><span>{text(name, value)}</span></li>)}
          </ul>
        )}
      </Card>
    </div>
  );
}

export default function CustomerPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const { id = '' } = useParams();
  const [parameters, setParameters] = useSearchParams();
  const tab = parameters.get('vista') === 'identita' ? 'identity' : 'journey';
  const customer = useCustomer(id);
  if (customer.isError) {
    const failure = explain(customer.error);
    return (
      <Page title={t('anonymous')}>
        {failure.key === 'notFound' ? (
          <Empty icon={<IconUserQuestion size={28} />} title={t('notFound')} action={<Button component={Link} to="/clienti">{t('search')}</Button>}>{t('notFoundBody')}</Empty>
        ) : (
          <Failed failure={failure} onRetry={() => void customer.refetch()} />
        )}
      </Page>
    );
  }
  const data = customer.data;
  const name = data ? displayName(data) ?? t('anonymous') : '…';
  return (
    <Page
      title={name}
      lead={data?.first_seen ? t('since', { date: format.date(data.first_seen) }) : ' '}
      actions={<Link className={classes.back} to="/clienti"><IconArrowLeft size={16} aria-hidden />{t('back')}</Link>}
    >
      {data ? <Facts customer={data} /> : <Skeleton height={52} mb={28} radius="md" />}
      <Tabs value={tab} onChange={(value) => setParameters(value === 'identity' ? { vista: 'identita' } : {}, { replace: true, preventScrollReset: true })} mb="lg">
        <Tabs.List style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
          <Tabs.Tab value="journey">{t('tabs.journey')}</Tabs.Tab>
          <Tabs.Tab value="identity">{t('tabs.identity')}</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {tab === 'identity' ? <Identity id={id} customer={data} /> : (
        <div className={classes.columns}>
          <Journey id={id} />
          {data ? <Known id={id} customer={data} /> : <Skeleton height={260} radius="lg" />}
        </div>
      )}
    </Page>
  );
}
