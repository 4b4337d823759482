// Opens what is chosen on the map: beside it on a wide window, as a sheet from below on a narrow one.
import { Drawer } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveAudience } from '@/api/audiences';
import { explain as explainFailure } from '@/api/problem';
import { usePeople } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import type { MapQuestion } from '@/model/contract';
import { describe } from '@/model/map/describe';
import { explain } from '@/model/map/explain';
import type { Teller } from '@/model/map/sentences';
import { selectionId, selectOf, type Selection } from '@/model/map/select';
import { Detail } from '@/widgets/map/detail';
import { ns } from '@/widgets/map/texts';
import { PeopleDrawer } from '@/widgets/people_drawer';
import classes from './map_page.module.css';

interface PanelProps {
  teller: Teller;
  question: MapQuestion;
  selection: Selection;
  narrow: boolean;
  /** As tall as the drawing beside it. */
  height: number;
  onClose: () => void;
}

function useAsk(question: MapQuestion, selection: Selection, limit: number, wanted: boolean) {
  const asked = useMemo(() => {
    const select = selectOf(selection);
    return select === null || !wanted ? null : { question: { kind: 'map' as const, ...question }, select, limit };
  }, [question, selection, limit, wanted]);
  return usePeople(asked);
}

function AllPeople({ question, selection, title, opened, onClose }: { question: MapQuestion; selection: Selection; title: string; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(ns);
  const format = useFormat();
  const answer = useAsk(question, selection, 100, opened);
  const customers = answer.data?.pages.flatMap((page) => page.customers) ?? [];
  const total = answer.data?.pages[0]?.total ?? 0;
  const people = customers.map((customer) => {
    const last = customer.journey[customer.journey.length - 1];
    return { id: customer.customer_id, name: customer.name || t('panel.nameless'), detail: last ? format.relative(last.timestamp) : undefined };
  });
  return (
    <PeopleDrawer
      opened={opened} onClose={onClose} title={total > 0 ? `${title} · ${t('panel.total', { count: total, formatted: format.number(total) })}` : title} people={people} loading={answer.isPending}
      emptyText={t('panel.noJourneys')} onMore={answer.hasNextPage ? () => void answer.fetchNextPage() : undefined}
    />
  );
}

export function Panel({ teller, question, selection, narrow, height, onClose }: PanelProps) {
  const { t } = useTranslation(ns);
  const [listing, setListing] = useState(false);
  const box = useRef<HTMLElement>(null);
  const id = selectionId(selection);
  const answer = useAsk(question, selection, 5, true);
  const told = describe(teller, selection);
  const save = useSaveAudience();
  const { reset } = save;
  useEffect(() => reset(), [id, reset]);
  useEffect(() => {
    if (!narrow) box.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus({ preventScroll: true });
  }, [id, narrow]);
  const people = selectOf(selection) === null ? null : answer.data?.pages[0];
  const select = selectOf(selection);
  const failure = save.isError ? explainFailure(save.error) : null;
  const saving = select === null ? null : {
    suggestion: told.lines[0],
    state: save.isPending ? 'saving' as const : save.isSuccess ? 'saved' as const : 'idle' as const,
    failure: failure ? (failure.detail ?? t(`common:error.${failure.key}`)) : null,
    onSave: (name: string) => save.mutate({ name, question: { kind: 'map', ...question }, select }),
  };
  const detail = (
    <Detail
      key={id} saving={saving}
      lines={told.lines} count={told.count} stake={told.stake > 0 ? { amount: told.stake, currency: teller.answer.currency } : null} how={explain(teller, selection)}
      people={people} failed={answer.isError} stopped={selection.kind === 'flow' && selection.flow === 'lost'} onPeople={() => setListing(true)} onClose={onClose}
    />
  );
  return (
    <>
      {narrow ? (
        <Drawer opened onClose={onClose} position="bottom" size="82%" withCloseButton={false} radius="lg" aria-label={t('panel.label')} classNames={{ body: classes.sheet, content: classes.sheetContent }}>
          {detail}
        </Drawer>
      ) : (
        <aside ref={box} className={classes.panel} aria-label={t('panel.label')} data-panel={id} style={{ maxHeight: height }}>{detail}</aside>
      )}
      <AllPeople question={question} selection={selection} title={told.lines[0]} opened={listing} onClose={() => setListing(false)} />
    </>
  );
}
