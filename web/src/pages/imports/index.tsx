import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function ImportsPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.imports')}>{null}</Page>;
}
