import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function CustomerPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.customers')}>{null}</Page>;
}
