// How every report opens: its sentence, the period and how many it rests on; what can be done with it at the side.
import type { ReactNode } from 'react';
import { factsOf, type Report } from '@/model/report';
import { ExportMenu } from './export_menu';
import classes from './report_header.module.css';

interface ReportHeaderProps {
  report: Report;
  /** Before "Esporta". */
  actions?: ReactNode;
}

export function ReportHeader({ report, actions }: ReportHeaderProps) {
  return (
    <section className={classes.head} data-report>
      <div className={classes.words}>
        <p className={classes.sentence} data-headline>
          {report.sentence}
          {report.detail ? <span className={classes.detail}> {report.detail}</span> : null}
        </p>
        <p className={classes.facts} data-facts>{factsOf(report)}</p>
      </div>
      <div className={classes.actions}>
        {actions}
        <ExportMenu report={report} />
      </div>
    </section>
  );
}
