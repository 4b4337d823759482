// Import: drop a file, check what its columns mean, watch it load.
import { Alert, Badge, Button, FileButton, Group, Loader, Progress, Select, Switch, Text, TextInput } from '@mantine/core';
import { toast } from '@/base/toast';
import { IconFileImport, IconFileUpload } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { rejectedAddress, type ImportOrder, useForgetAnswers, useImports, useMappings, usePreviewImport, useStartImport } from '@/api/imports';
import { explain } from '@/api/problem';
import { useFormat, useLabel } from '@/base/preferences';
import type { ImportJob, ImportPreview } from '@/model/contract';
import { canBeLines, chosenMapping, columnMeanings, dateFormats, eventOf, guessedColumns, guessedReading, isFatal, isSpreadsheet, mappingId, mappingProblems, needsMapping, sourceFromName, type ColumnChoice, type Reading } from '@/model/mapping';
import { humanise } from '@/model/words';
import { Card } from '@/widgets/card';
import { Page } from '@/widgets/page';
import { Empty, Failed, RowsSkeleton } from '@/widgets/states';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './imports.module.css';
import { texts } from './texts';

function Drop({ onFile, busy }: { onFile: (file: File) => void; busy: boolean }) {
  const { t } = useTranslation(texts);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    <div
      className={over ? `${classes.drop} ${classes.over}` : classes.drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconFileUpload size={34} stroke={1.5} color="var(--viaggio-accent)" aria-hidden />
      <span className={classes.big}>{t('drop')}</span>
      <span className={classes.dim}>{t('or')}</span>
      {busy ? <Group gap="xs"><Loader size="sm" /><span>{t('looking')}</span></Group> : (
        <FileButton onChange={(file) => file && onFile(file)}>{(props) => <Button {...props} mt={6}>{t('choose')}</Button>}</FileButton>
      )}
    </div>
  );
}

/** How dates are written, where their clock is, and whether rows belong together. */
function ReadingChoice({ reading, choice, event, onChange }: { reading: Reading; choice: ColumnChoice; event: string | null; onChange: (reading: Reading) => void }) {
  const { t } = useTranslation(texts);
  const zones = useMemo(() => [...new Set([...(reading.timezone ? [reading.timezone] : []), ...Intl.supportedValuesOf('timeZone')])], [reading.timezone]);
  const timed = Object.values(choice).includes('timestamp');
  const lines = canBeLines(choice, event);
  if (!timed && !lines) return null;
  return (
    <Group gap="md" mb="md" align="flex-end">
      {timed ? (
        <>
          <Select label={t('dates')} allowDeselect={false} w={280} value={reading.dates} data={dateFormats.map((value) => ({ value, label: t(`dateFormats.${value}`) }))} onChange={(dates) => dates && onChange({ ...reading, dates: dates as Reading['dates'] })} />
          <Select label={t('zone')} searchable allowDeselect={false} w={220} limit={60} value={reading.timezone || null} data={zones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))} onChange={(timezone) => timezone && onChange({ ...reading, timezone })} />
        </>
      ) : null}
      {lines ? <Switch className={classes.together} label={t('together')} checked={reading.together} onChange={(change) => onChange({ ...reading, together: change.currentTarget.checked })} /> : null}
    </Group>
  );
}

function Check({ file, preview, onStart, onCancel, busy }: { file: File; preview: ImportPreview; busy: boolean; onCancel: () => void; onStart: (order: ImportOrder) => void }) {
  const { t } = useTranslation(texts);
  const label = useLabel();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const mappings = useMappings();
  const mapped = needsMapping(preview);
  const guessedEvent = mapped ? eventOf(preview.mapping) : null;
  const [choice, setChoice] = useState(() => guessedColumns(preview));
  const [event, setEvent] = useState(guessedEvent);
  const [reading, setReading] = useState(() => guessedReading(preview));
  const [source, setSource] = useState(() => sourceFromName(file.name));
  // An event log says by itself what its parts mean: the shipped mapping knows them.
  const [kind, setKind] = useState<string | null>(preview.format === 'xes' ? 'xes' : null);
  const byHand = mapped && kind === null;
  const problems = byHand ? mappingProblems(choice) : [];
  const meaningText = (meaning: string) => t(`meanings.${meaning.replace('trait:', 'trait_')}`, { defaultValue: humanise(meaning.replace('trait:', '')) });
  const eventNames = [...new Set([...(event && event !== 'identify' ? [event] : []), ...(vocabulary?.events ?? []).map((item) => item.name)])];
  const mean = (column: string, meaning: string) => {
    setChoice({ ...choice, [column]: meaning });
    // What was seen of the dates of one column says nothing of another one's.
    if (meaning === 'timestamp') setReading({ ...reading, dates: 'automatic' });
  };
  const start = () => {
    const name = source.trim();
    if (!mapped) return onStart({ file, source: name, mapping: preview.format });
    if (kind !== null) return onStart({ file, source: name, mapping: kind });
    const mapping = chosenMapping(preview, choice, event, reading);
    return onStart({ file, source: name, save: { id: mappingId(name, mapping), name, mapping } });
  };
  return (
    <Card title={t('ready')}>
      <Text c="dimmed" mb="md">{t(mapped ? 'readyBody' : 'readyEvents', { name: file.name })}</Text>
      <Group gap="md" mb="md" align="flex-start">
        <TextInput label={t('source')} description={t('sourceHelp')} value={source} onChange={(change) => setSource(change.currentTarget.value)} required withAsterisk={false} />
        {mapped && (mappings.data?.mappings.length ?? 0) > 0 ? (
          <Select
            label={t('kind')} clearable placeholder={t('kindGuess')} value={kind} onChange={setKind} w={280}
            data={(mappings.data?.mappings ?? []).map((mapping) => ({ value: mapping.id, label: label(mapping.label, humanise(mapping.id)) }))}
          />
        ) : null}
        {byHand && event !== null && !Object.values(choice).includes('event') ? (
          <Select
            label={t('eachRow')} searchable allowDeselect={false} value={event} onChange={setEvent} w={280}
            data={[...eventNames.map((value) => ({ value, label: words.event(value) })), { value: 'identify', label: t('aPerson') }]}
          />
        ) : null}
      </Group>
      {byHand ? <ReadingChoice reading={reading} choice={choice} event={event} onChange={setReading} /> : null}
      {byHand ? (
        <div className={classes.columns}>
          <div className={`${classes.column} ${classes.head}`} aria-hidden><span>{t('column')}</span><span>{t('samples')}</span><span>{t('meaning')}</span></div>
          {preview.columns.map((column) => {
            const meaning = choice[column.name] ?? 'property';
            const data = columnMeanings.includes(meaning) ? [...columnMeanings] : [...columnMeanings, meaning];
            return (
              <div key={column.name} className={meaning === 'ignore' ? `${classes.column} ${classes.ignored}` : classes.column}>
                <span className={classes.name}>{column.name}</span>
                <span className={classes.samples}>{column.samples.filter((value) => value !== null && value !== '').slice(0, 3).join(', ')}</span>
                <Select aria-label={`${t('meaning')}: ${column.name}`} searchable allowDeselect={false} value={meaning} data={data.map((value) => ({ value, label: meaningText(value) }))} onChange={(value) => value && mean(column.name, value)} />
              </div>
            );
          })}
        </div>
      ) : null}
      {problems.map((problem) => (
        <Alert key={problem.kind + (problem.meaning ?? '')} color={isFatal(problem) ? 'orange' : 'gray'} mt="sm" p="sm">
          {t(`problems.${problem.kind}`, { meaning: problem.meaning ? meaningText(problem.meaning) : '' })}
        </Alert>
      ))}
      <div className={classes.foot}>
        <Button onClick={start} loading={busy} disabled={source.trim() === '' || problems.some(isFatal)}>{t('start')}</Button>
        <Button variant="default" onClick={onCancel} disabled={busy}>{t('cancel')}</Button>
      </div>
    </Card>
  );
}

function Job({ job }: { job: ImportJob }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const share = job.bytes_total > 0 ? (job.bytes / job.bytes_total) * 100 : 0;
  const facts = [
    t('rows', { n: format.number(job.rows) }),
    ...(job.state === 'reading'
      ? [t('rate', { n: format.number(job.rows_per_second) }), ...(job.seconds_left !== null && job.seconds_left !== undefined ? [t('left', { time: format.duration(job.seconds_left) })] : [])]
      : [t('stored', { n: format.number(job.stored) }), ...(job.duplicates > 0 ? [t('duplicates', { n: format.number(job.duplicates) })] : []), ...(job.rejected > 0 ? [t('rejected', { n: format.number(job.rejected) })] : [])]),
  ];
  return (
    <li className={classes.job} data-import={job.id}>
      <div className={classes.jobHead}>
        <span className={classes.name}>{job.name}</span>
        <Group gap="xs">
          {job.rejected > 0 ? <Button component="a" href={rejectedAddress(job.id)} download size="compact-xs" variant="subtle">{t('rejectedFile')}</Button> : null}
          <Badge variant="light" color={job.state === 'done' ? 'ink' : 'gray'} tt="none">{t(`states.${job.state}`)}</Badge>
        </Group>
      </div>
      <div className={classes.dim}>{job.state === 'failed' ? [t('failedBody'), job.error].filter(Boolean).join(' ') : facts.join(' · ')}</div>
      {job.state === 'reading' ? <Progress value={share} mt={8} size="sm" aria-label={t('progress', { name: job.name })} /> : null}
    </li>
  );
}

/** Tells once, and forgets the old answers, when a load that was running ends. */
function useEndings(jobs: ImportJob[]) {
  const { t } = useTranslation(texts);
  const forget = useForgetAnswers();
  const running = useRef(new Set<string>());
  useEffect(() => {
    for (const job of jobs) {
      if (job.state === 'reading') running.current.add(job.id);
      else if (running.current.delete(job.id)) {
        forget();
        if (job.state === 'done') toast({ message: t('done', { name: job.name }) });
      }
    }
  });
}

export default function ImportsPage() {
  const { t } = useTranslation(texts);
  const preview = usePreviewImport();
  const start = useStartImport();
  const imports = useImports();
  const [file, setFile] = useState<File | null>(null);
  const jobs = imports.data?.imports ?? [];
  useEndings(jobs);
  const look = (next: File) => {
    start.reset();
    preview.reset();
    setFile(next);
    if (!isSpreadsheet(next.name)) preview.mutate(next);
  };
  const reset = () => {
    setFile(null);
    preview.reset();
  };
  const send = (order: ImportOrder) => start.mutate(order, { onSuccess: reset });
  const failed = preview.isError ? preview.error : start.isError ? start.error : null;
  return (
    <Page title={t('title')} lead={t('lead')} actions={jobs.some((job) => job.state === 'done') ? <Button component={Link} to="/" variant="default">{t('seeMap')}</Button> : null}>
      <div className={classes.page}>
        {failed ? <Failed failure={explain(failed)} onRetry={file ? () => look(file) : undefined} /> : null}
        {file && isSpreadsheet(file.name) ? <Alert color="orange" variant="light" title={t('spreadsheet', { name: file.name })} role="alert">{t('spreadsheetBody')}</Alert> : null}
        {file && preview.data ? <Check key={file.name + String(file.lastModified)} file={file} preview={preview.data} onStart={send} onCancel={reset} busy={start.isPending} /> : <Drop onFile={look} busy={preview.isPending} />}
        {imports.isError ? <Failed failure={explain(imports.error)} onRetry={() => void imports.refetch()} /> : (
          <Card flush={jobs.length > 0} title={t('list')}>
            {!imports.data ? <RowsSkeleton rows={3} height={56} /> : jobs.length === 0 ? <Empty icon={<IconFileImport size={28} />} title={t('none')}>{t('noneBody')}</Empty> : (
              <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>{jobs.map((job) => <Job key={job.id} job={job} />)}</ul>
            )}
          </Card>
        )}
      </div>
    </Page>
  );
}
