// The head of every report page: its sentence, period and n, and what can be done with it.
import type { Report } from '@/model/report';
import { ReportHeader } from '@/widgets/report_header';

interface ReportHeadProps {
  report: Report;
}

export function ReportHead({ report }: ReportHeadProps) {
  return <ReportHeader report={report} />;
}
