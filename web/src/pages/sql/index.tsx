// SQL over the open copy: a text, what can be asked, and the rows that answer.
import { Alert, Button, Group, Kbd, Skeleton, Textarea } from '@mantine/core';
import { IconDownload, IconPlayerPlay, IconTable } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { explain } from '@/api/problem';
import { useSql, useSqlTables } from '@/api/sql';
import { downloadCsv } from '@/base/download';
import { useFormat } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readObject } from '@/model/address';
import type { SqlAnswer } from '@/model/contract';
import { examples, isNumber, type Example } from '@/model/sql';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { Page } from '@/widgets/page';
import { Empty, Failed, type Failure } from '@/widgets/states';
import { SaveReport } from '../report_head';
import classes from './sql.module.css';
import { texts } from './texts';

type Cell = string | number | boolean | null;
interface Row {
  key: string;
  cells: Cell[];
}


function Rows({ answer, query }: { answer: SqlAnswer; query: string }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const rows = (answer.rows as Cell[][]).map((cells, index): Row => ({ key: String(index), cells }));
  const columns = answer.columns.map(({ name, type }, index): TableColumn<Row> => ({
    id: String(index), head: name, number: isNumber(type),
    order: ({ cells }) => (typeof cells[index] === 'boolean' ? Number(cells[index]) : (cells[index] as string | number | null)),
    cell: ({ cells }) => {
      const cell = cells[index] ?? null;
      if (cell === null) return <span className={classes.none} aria-label={t('nullCell')}>–</span>;
      // As SQL writes it: a year or a number of an event must not look like money.
      return typeof cell === 'number' ? String(cell) : <span className={classes.cell} title={String(cell)}>{String(cell)}</span>;
    },
  }));
  const csv = () => downloadCsv('viaggio.csv', [answer.columns.map(({ name }) => name), ...rows.map(({ cells }) => cells.map((cell) => (typeof cell === 'boolean' ? String(cell) : cell)))]);
  const n = format.number(rows.length);
  const facts = [t('rows', { count: rows.length, n }), t('took', { seconds: format.number(answer.seconds, 2) }), answer.behind > 0 ? t('behind', { count: answer.behind, n: format.number(answer.behind) }) : t('fresh')];
  return (
    <Card flush title={t('result')} actions={<Group gap="xs"><SaveReport page="sql" question={{ query }} suggestion={t('title')} /><Button variant="default" size="sm" leftSection={<IconDownload size={16} aria-hidden />} onClick={csv}>{common('action.csv')}</Button></Group>}>
      <p className={classes.facts} role="status">{answer.more ? `${t('more', { n })} ` : ''}{facts.join(' · ')}</p>
      {rows.length === 0 ? <Empty icon={<IconTable size={28} />} title={t('nothing')}>{t('nothingBody')}</Empty> : <div className={classes.rows} data-verbatim><DataTable label={t('result')} columns={columns} rows={rows} rowKey={({ key }) => key} /></div>}
    </Card>
  );
}

/** What SQL says of a text it does not take keeps its lines: a mark points at the place. */
function Refused({ failure }: { failure: Failure }) {
  const { t } = useTranslation(texts);
  if (failure.key !== 'detail') return <Failed failure={failure} />;
  return <Alert color="orange" variant="light" radius="md" role="alert" title={t('refused')}><pre className={classes.refused}>{failure.detail}</pre></Alert>;
}

function Tables({ onPick }: { onPick: (name: string) => void }) {
  const { t } = useTranslation(texts);
  const tables = useSqlTables();
  return (
    <Card title={t('tables')}>
      {tables.data ? (
        tables.data.tables.map(({ name, columns }) => (
          <div key={name} className={classes.table}>
            <h3 className={classes.tableName}><code data-verbatim>{name}</code> <span>{t(`table.${name}`)}</span></h3>
            <ul className={classes.columns} data-verbatim>
              {columns.map((column) => (
                <li key={column.name}><button type="button" className={classes.column} title={column.type} onClick={() => onPick(column.name)}>{column.name}</button></li>
              ))}
            </ul>
          </div>
        ))
      ) : tables.isError ? <Failed failure={explain(tables.error)} onRetry={() => void tables.refetch()} /> : <Skeleton height={180} radius="md" />}
    </Card>
  );
}

const readText = (text: string | null) => text ?? '';
const writeText = (text: string) => text;

export default function SqlPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const [query, setQuery] = useAddress('q', readText, writeText);
  const [asked, setAsked] = useState({ query, times: 0 });
  // A report hands its question over as a text to read before it is asked.
  const handed = readObject(useLocation().state).draft;
  const [draft, setDraft] = useState(query === '' && typeof handed === 'string' ? handed : query);
  const answer = useSql(asked.query, asked.times);
  const ask = (text: string) => {
    setDraft(text);
    setQuery(text, { push: true });
    setAsked(({ times }) => ({ query: text, times: times + 1 }));
  };
  const known = examples(format.timezone);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    ask(draft);
  };
  return (
    <Page wide title={t('title')} lead={t('lead')}>
      <div className={classes.page}>
        <Card>
          <Textarea label={t('query')} classNames={{ input: classes.input }} autosize minRows={5} maxRows={18} spellCheck={false} autoCapitalize="off" autoComplete="off" value={draft} onChange={(event) => setDraft(event.currentTarget.value)} onKeyDown={onKey} />
          <div className={classes.strip}>
            <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} disabled={draft.trim() === ''} loading={answer.isFetching} onClick={() => ask(draft)}>{t('run')}</Button>
            <Kbd className={classes.keys}>{t('keys')}</Kbd>
            <span className={classes.examples}>
              <span>{t('examples')}</span>
              {(Object.keys(known) as Example[]).map((name) => <Button key={name} variant="default" size="compact-sm" onClick={() => ask(known[name])}>{t(`example.${name}`)}</Button>)}
            </span>
          </div>
        </Card>
        {asked.query.trim() === '' ? null : answer.isError ? (
          <Refused failure={explain(answer.error)} />
        ) : answer.data ? (
          <div className={answer.isFetching ? classes.stale : undefined}><Rows answer={answer.data} query={asked.query} /></div>
        ) : (
          <Card title={t('running')}><Skeleton height={220} radius="md" /></Card>
        )}
        <Tables onPick={(name) => setDraft((text) => (text === '' || /\s$/.test(text) ? text : `${text} `) + name)} />
      </div>
    </Page>
  );
}
