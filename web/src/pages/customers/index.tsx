import { useTranslation } from 'react-i18next';
import { Page } from '@/widgets/page';

export default function CustomersPage() {
  const { t } = useTranslation();
  return <Page title={t('nav.customers')}>{null}</Page>;
}
