import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function TrendsPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.trends')}>{null}</Page>;
}
