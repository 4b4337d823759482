import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function FunnelPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.funnel')}>{null}</Page>;
}
